package sourcetest

// Scale returns how large a test's data should be: n, or less when the race
// detector makes everything an order of magnitude slower.
func Scale(n int) int { return n / slow }
