"""What the operator's graphs are drawn from: counters that all processes add up in Redis, and gauges asked at a scrape.

Web and worker are many processes on many machines, and a scrape reaches one of them. So each process counts in its
memory, and the next journal command that it sends anyway takes the counts along: no round trip, no file, no thread.
A process that is killed takes at most the counts of one message with it. The ledger is exact; these are for graphs.
"""
