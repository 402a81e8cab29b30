package journal

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
)

// A journal is a header in clear, then groups numbered from 0:
//
//	header  magic, version (4 bytes), created (8 bytes, Unix seconds), salt (32 bytes),
//	        owner (64 bytes, padded with zeros)
//	group   length of the rest (4 bytes), nonce (12), sealed content, tag (16)
//
// All numbers are big endian. Group 0 has no records. If it opens, the secret and the
// identity are those of the run that created the file.
const (
	// magic starts as no text file does.
	magic   = "\x89LMJRNL\n"
	version = 2

	versionAt    = len(magic)
	createdAt    = versionAt + 4
	saltAt       = createdAt + 8
	ownerAt      = saltAt + 32
	ownerLength  = 64
	headerLength = ownerAt + ownerLength

	lengthLength = 4
	// sealing is what AES-GCM adds to a content: nonce and tag.
	sealing = 12 + 16
	// preamble is the length of the header and group 0, which a new file has.
	preamble = headerLength + lengthLength + sealing + stampLength
	// maxSealed bounds the memory that a damaged length makes us allocate. The largest
	// group is a nearly full one to which the largest answer is added.
	maxSealed = sealing + stampLength + fullGroup + maxAnswer + 2*binary.MaxVarintLen64

	// purpose separates the key from others derived from the same secret.
	purpose = "loanmap journal: AES-256-GCM key"
)

// header is the part of a file in clear.
type header []byte

// newHeader returns the header of a new file. The salt makes the file's key unique.
func newHeader(created time.Time, owner string) header {
	h := make(header, headerLength)
	copy(h, magic)
	binary.BigEndian.PutUint32(h[versionAt:], version)
	binary.BigEndian.PutUint64(h[createdAt:], uint64(created.Unix()))
	_, _ = rand.Read(h[saltAt:ownerAt]) // never fails
	copy(h[ownerAt:], owner)
	return h
}

func (h header) version() uint32 { return binary.BigEndian.Uint32(h[versionAt:]) }

// owner returns whose journal it is; empty: the header does not say it.
func (h header) owner() string {
	owner := string(bytes.TrimRight(h[ownerAt:headerLength], "\x00"))
	if strings.ContainsFunc(owner, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }) {
		return "" // it is damaged
	}
	return owner
}

// belongsTo reports whether the journal is not known to be of another owner.
func (h header) belongsTo(owner string) bool {
	return h.owner() == "" || owner == "" || h.owner() == owner[:min(len(owner), ownerLength)]
}

func (h header) created() time.Time {
	return time.Unix(int64(binary.BigEndian.Uint64(h[createdAt:])), 0)
}

// seal encrypts and opens the groups of one file.
type seal struct {
	aead cipher.AEAD
	// context is authenticated with every group, in addition to its number: the header
	// and the identity, which is not in the file.
	context []byte
}

// newSeal derives the key of the file with this header. Nonces are random and not the
// numbers of the groups, because a number can be used twice with different content: a
// torn group is written again under the same number, and copies of a file may each be
// resumed.
func newSeal(h header, secret []byte, identity Identity) (*seal, error) {
	key, err := hkdf.Key(sha256.New, secret, h[saltAt:], purpose, 32)
	if err != nil {
		return nil, fmt.Errorf("deriving the key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("deriving the key: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("deriving the key: %w", err)
	}
	return &seal{aead, slices.Concat(h, identity[:])}, nil
}

// frame appends a sealed group with its length to dst.
func (s *seal) frame(dst []byte, number uint64, group content) []byte {
	dst = binary.BigEndian.AppendUint32(dst, uint32(sealing+len(group)))
	return s.aead.Seal(dst, nil, group, s.additionalData(number))
}

// open returns the content of a group, in the memory of dst, and whether frame sealed it
// under this number of this file.
func (s *seal) open(dst []byte, number uint64, sealed []byte) (content, bool) {
	group, err := s.aead.Open(dst, nil, sealed, s.additionalData(number))
	return group, err == nil && len(group) >= stampLength
}

func (s *seal) additionalData(number uint64) []byte {
	return binary.BigEndian.AppendUint64(bytes.Clone(s.context), number)
}
