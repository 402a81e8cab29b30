package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
)

// scanner reads the groups of a file in order.
type scanner struct {
	file   io.ReaderAt
	seal   *seal
	at     int64 // where the next group begins
	end    int64 // where the file ends
	number uint64

	frame []byte
	group content
}

func newScanner(file io.ReaderAt, seal *seal, end int64) *scanner {
	return &scanner{file: file, seal: seal, at: int64(headerLength), end: end}
}

// next returns the next group, which is valid until the next call. It is nil where no
// whole group follows: at the end, or where a group is torn, damaged or out of place. An
// error means that the file could not be read.
func (s *scanner) next() (content, error) {
	length, err := s.read(s.at, lengthLength)
	if length == nil {
		return nil, err
	}
	size := int64(binary.BigEndian.Uint32(length))
	if size > maxSealed {
		return nil, nil
	}
	sealed, err := s.read(s.at+lengthLength, size)
	if sealed == nil {
		return nil, err
	}
	group, whole := s.seal.open(s.group[:0], s.number, sealed)
	if !whole {
		return nil, nil
	}
	s.group = group
	s.at += lengthLength + size
	s.number++
	return group, nil
}

// read returns size bytes, or nil where the file ends first. They are valid until the
// next call.
func (s *scanner) read(at, size int64) ([]byte, error) {
	if size > s.end-at {
		return nil, nil
	}
	if int64(cap(s.frame)) < size {
		s.frame = make([]byte, size)
	}
	part := s.frame[:size]
	if read, err := s.file.ReadAt(part, at); read < len(part) {
		return nil, err
	}
	return part, nil
}

// Replay yields the records that the file had when it was opened, in the order in
// which they were added. It holds one group in memory at a time, and can be called
// again until Close. An Answer is valid until the next record. An error is yielded once,
// last, and is a *disk.Error. A question that was added twice is yielded twice.
func (j *Journal) Replay() iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		scan := newScanner(j.file, j.seal, j.replayEnd)
		for scan.at < j.replayEnd {
			group, err := scan.next()
			if err == nil && group == nil {
				err = errors.New("it has changed since it was opened")
			}
			if err != nil {
				yield(Record{}, diskError("reading", j.path, err))
				return
			}
			for record, err := range group.records() {
				if !yield(record, err) {
					return
				}
			}
		}
	}
}

// records yields the records of a group. Damage cannot cause an error here, because the
// seal detects it: an error means that another version of this program wrote the group.
func (c content) records() iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for rest := c[stampLength:]; len(rest) > 0; {
			record, length, err := firstRecord(rest)
			if !yield(record, err) || err != nil {
				return
			}
			rest = rest[length:]
		}
	}
}

// firstRecord returns the first record in rest, and its length in bytes.
func firstRecord(rest []byte) (Record, int, error) {
	ordinal, first := binary.Uvarint(rest)
	if first <= 0 {
		return Record{}, 0, errors.New("a record has no number")
	}
	size, second := binary.Uvarint(rest[first:])
	start := first + max(second, 0)
	if second <= 0 || size > uint64(len(rest)-start) {
		return Record{}, 0, fmt.Errorf("the answer of question %d is cut short", ordinal)
	}
	end := start + int(size)
	return Record{ordinal, rest[start:end:end]}, end, nil
}
