"""Made-up traffic of a made-up site, to look around in: three months of a small company that sells a writing app.

`traffic` tells the days, `people` who comes, `arrivals` where from, `site` what they do there. All of it follows from a
seed and a point in time, so that the same import can run twice.
"""
