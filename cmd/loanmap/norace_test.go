//go:build !race

package main

// raceFactor is how much more memory and time the race detector takes.
const raceFactor = 1
