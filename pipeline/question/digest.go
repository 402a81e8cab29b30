package question

import (
	"crypto/sha256"
	"encoding/binary"
)

// Digest names cells: cells that differ have different digests.
type Digest [16]byte

// DigestOf returns the digest of cells, and whether all of them are empty.
func DigestOf(cells []string) (Digest, bool) {
	sum := sha256.New()
	empty := true
	for _, cell := range cells {
		_ = binary.Write(sum, binary.LittleEndian, int64(len(cell))) // a hash takes everything
		_, _ = sum.Write([]byte(cell))
		empty = empty && cell == ""
	}
	return Digest(sum.Sum(nil)[:16]), empty
}
