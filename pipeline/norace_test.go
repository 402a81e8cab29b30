//go:build !race

package pipeline

// raceEnabled tells tests that take long under the race detector.
const raceEnabled = false
