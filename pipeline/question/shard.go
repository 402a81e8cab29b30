package question

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
)

// Shard is one of several runs that share a job: it resolves the rows whose questions it
// owns. The zero value is the whole job.
type Shard struct {
	Number int // from 1
	Of     int // how many there are
	// Together gives all rows to the first shard: a scan is read once, and answers them all.
	Together bool
}

// MaxShards is the most shards of a job.
const MaxShards = 10_000

// UnmarshalText takes a shard as a flag has it, such as 3/16.
func (s *Shard) UnmarshalText(text []byte) error {
	number, of, _ := strings.Cut(string(text), "/")
	n, numberErr := strconv.Atoi(number)
	all, ofErr := strconv.Atoi(of)
	if numberErr != nil || ofErr != nil || n < 1 || n > all || all > MaxShards {
		return fmt.Errorf("%q is not one of several shards: give a number and how many there are, such as 3/16", text)
	}
	*s = Shard{Number: n, Of: all}
	return nil
}

// MarshalText writes the shard as UnmarshalText takes it; the whole job is empty.
func (s Shard) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// String is the shard as UnmarshalText takes it; empty for the whole job.
func (s Shard) String() string {
	if s.Whole() {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.Number, s.Of)
}

// Whole reports whether there is only one run.
func (s Shard) Whole() bool { return s.Of == 0 }

// Owner returns the number of the shard that owns a row: by what it asks, so that equal
// questions have one owner. Rows that ask nothing are dealt out by their line. Number does
// not matter.
func (s Shard) Owner(q *Question, line int) int {
	switch {
	case s.Together:
		return 1
	case q.Kind == nil:
		return line%s.Of + 1
	}
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(q.Name())) // a hash takes everything
	return int(sum.Sum64()%uint64(s.Of)) + 1
}

// Owns reports whether the shard resolves a row that starts at line and asks q.
func (s Shard) Owns(q *Question, line int) bool {
	return s.Whole() || s.Owner(q, line) == s.Number
}

// Idle reports whether the shard owns no row at all.
func (s Shard) Idle() bool { return s.Together && s.Number > 1 }

// Part returns what the shard does of n things that the whole job does: the parts of all
// shards add up to n.
func (s Shard) Part(n int) int {
	switch {
	case s.Idle():
		return 0
	case s.Whole(), s.Together:
		return n
	}
	return n*s.Number/s.Of - n*(s.Number-1)/s.Of
}
