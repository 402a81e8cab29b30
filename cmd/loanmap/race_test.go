//go:build race

package main

// raceFactor is how much more memory and time the race detector takes: 5 to 10
// times as much memory, its documentation says.
const raceFactor = 5
