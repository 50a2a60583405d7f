"""Pages, a module a page. Whoever is not logged in is sent to log in; another's page is 404."""
