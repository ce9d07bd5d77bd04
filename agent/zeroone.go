package main

// zeroOne is 1 for true.
func zeroOne(on bool) float64 {
	if on {
		return 1
	}
	return 0
}
