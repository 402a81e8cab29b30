package pipeline

import "testing"

// full reports whether sweeps are tried whole: every kind of tenant, every operation of
// a disk that fails, every pair of options. With -short each tries a part, always the
// same, that takes a few seconds.
func full() bool { return !testing.Short() }

// sized returns how much a sweep tries: part of it, or without -short the whole.
func sized(part, whole int) int {
	if full() {
		return whole
	}
	return part
}

// wanted returns the value of a flag that says how much to try, or how much is tried
// where it is left out.
func wanted(flag, part, whole int) int {
	if flag > 0 {
		return flag
	}
	return sized(part, whole)
}

// numbers returns 1 to n, or with -short some of them: the first, the last and others
// evenly in between.
func numbers(n int) []int {
	const part = 3
	var list []int
	for i := 1; i <= n; i++ {
		if full() || n <= part || i == n || (i-1)*(part-1)/(n-1) != (i-2)*(part-1)/(n-1) || i == 1 {
			list = append(list, i)
		}
	}
	return list
}
