package app

// CheckPlaces is checkPlaces.
func CheckPlaces(cfg Config) error { return checkPlaces(cfg) }
