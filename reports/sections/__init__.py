"""What the dashboard is made of. One section is one query, one partial and one URL, so that it fails alone.

Each is a function (request, viewing, question, name) -> response; section_views.py knows them by name.
"""
