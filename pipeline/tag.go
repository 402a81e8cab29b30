package pipeline

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"

	"loanmap/pipeline/answer"
	"loanmap/pipeline/question"
)

// tag is a short keyed hash of a question. An answer in the journal carries that
// of the question that it answers, so that an ordinal alone never decides whose
// answer it is. Without the key it does not reveal what was asked.
type tag [8]byte

// tagger makes tags. It is for one goroutine at a time.
type tagger struct{ mac hash.Hash }

// newTagger derives the key of the tags from the secret of a journal.
func newTagger(secret []byte) (tagger, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, "loanmap journal: HMAC key of questions", sha256.Size)
	if err != nil {
		return tagger{}, fmt.Errorf("deriving the key of questions: %w", err)
	}
	return tagger{hmac.New(sha256.New, key)}, nil
}

// of returns the tag of a question: of its key, and of all by which it differs
// from other questions of that key.
func (t tagger) of(q *question.Question) tag {
	t.mac.Reset()
	_, _ = fmt.Fprintf(t.mac, "%d\x00%s", q.Kind.Key, q.Name()) // a hash takes everything
	return tag(t.mac.Sum(nil)[:len(tag{})])
}

// errAnswer is an answer in the journal that cannot be read.
var errAnswer = errors.New("an answer in the journal cannot be read; this is a fault of loanmap")

// cachedFrom reads an answer of the journal: the tag of its question, then what
// appendTo has written.
func cachedFrom(written []byte) (tag, answer.Outcome, error) {
	if len(written) < len(tag{}) {
		return tag{}, answer.Outcome{}, errAnswer
	}
	o, err := answer.Read(written[len(tag{}):])
	return tag(written[:len(tag{})]), o, err
}
