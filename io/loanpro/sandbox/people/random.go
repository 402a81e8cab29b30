package people

import (
	"math/bits"
	"math/rand/v2"
)

// random draws the numbers that a tenant is generated from. It uses only the
// generator of math/rand, so a seed gives the same tenant under any version of
// Go.
type random struct{ source *rand.PCG }

func newRandom(seed uint64) random { return random{rand.NewPCG(seed, 0x6c6f616e6d6170)} }

// intn draws from 0 to n-1.
func (r random) intn(n int) int {
	high, _ := bits.Mul64(r.source.Uint64(), uint64(n))
	return int(high)
}

// between draws from low to high, both included.
func (r random) between(low, high int) int { return low + r.intn(high-low+1) }

// chance is true n times in ten thousand.
func (r random) chance(n int) bool { return r.intn(10_000) < n }

func (r random) uint64() uint64 { return r.source.Uint64() }

func pick[T any](r random, from []T) T { return from[r.intn(len(from))] }

// Scramble spreads a number over 64 bits (SplitMix64). It serves values that
// must follow from a system ID alone.
func Scramble(n uint64) uint64 {
	n += 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return n ^ n>>31
}
