package buffer

// ZeroOne is 1 for true.
func ZeroOne(on bool) float64 {
	if on {
		return 1
	}
	return 0
}
