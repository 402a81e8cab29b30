package sandbox

import (
	"math/bits"
	"math/rand/v2"
)

// dice draws the numbers a tenant is made up from. It takes nothing of
// math/rand but the generator, so that a seed means the same tenant under any
// version of Go.
type dice struct{ source *rand.PCG }

func newDice(seed uint64) dice { return dice{rand.NewPCG(seed, 0x6c6f616e6d6170)} }

// below draws from 0 to n-1.
func (d dice) below(n int) int {
	high, _ := bits.Mul64(d.source.Uint64(), uint64(n))
	return int(high)
}

// between draws from low to high, both included.
func (d dice) between(low, high int) int { return low + d.below(high-low+1) }

// chance is true n times in ten thousand.
func (d dice) chance(n int) bool { return d.below(10_000) < n }

func (d dice) hex() uint64 { return d.source.Uint64() }

func pick[T any](d dice, from []T) T { return from[d.below(len(from))] }

// scramble spreads a number over 64 bits (SplitMix64): for figures that must
// follow from a system ID alone.
func scramble(n uint64) uint64 {
	n += 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return n ^ n>>31
}
