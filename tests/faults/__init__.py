"""Nothing accepted is lost, nothing is there twice: the running product under load, with its parts really failing."""
