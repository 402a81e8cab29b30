package pipeline

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"unique"

	"loanmap/pipeline/match"
)

// answersVersion is that of how an outcome is written into a journal.
const answersVersion = 2

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
func (t tagger) of(q *question) tag {
	t.mac.Reset()
	_, _ = fmt.Fprintf(t.mac, "%d\x00%s", q.kind.key, q.name()) // a hash takes everything
	return tag(t.mac.Sum(nil)[:len(tag{})])
}

// errAnswer is an answer that was sealed by loanmap and cannot be read.
var errAnswer = errors.New("an answer in the journal cannot be read; this is a fault of loanmap")

// cachedFrom reads an answer of the journal: the tag of its question, then what
// appendTo has written.
func cachedFrom(written []byte) (tag, outcome, error) {
	if len(written) < len(tag{}) {
		return tag{}, outcome{}, errAnswer
	}
	o, err := outcomeFrom(written[len(tag{}):])
	return tag(written[:len(tag{})]), o, err
}

// appendTo writes an outcome, the same for equal ones, in few bytes.
func (o *outcome) appendTo(to []byte) []byte {
	v, more := o.verdict(), o.details()
	for _, text := range []string{
		string(v.status), string(v.code), string(v.confidence), v.reasons, v.loanStatus, o.found.value, more.message,
	} {
		to = append(binary.AppendUvarint(to, uint64(len(text))), text...)
	}
	archived := int64(0)
	if v.archived {
		archived = 1
	}
	for _, number := range []int64{int64(v.helps), o.found.loan, o.found.customer, archived, int64(len(more.others)), int64(len(more.candidates))} {
		to = binary.AppendVarint(to, number)
	}
	for _, other := range more.others {
		to = binary.AppendVarint(to, other)
	}
	for _, candidate := range more.candidates {
		to = binary.AppendVarint(binary.AppendVarint(to, candidate.id), int64(candidate.score))
	}
	return to
}

// outcomeFrom reads what appendTo has written.
func outcomeFrom(written []byte) (outcome, error) {
	p := answerParts{rest: written}
	v := verdict{
		status: match.Status(p.text()), code: match.Code(p.text()), confidence: match.Confidence(p.text()), reasons: p.text(),
		loanStatus: p.text(),
	}
	var o outcome
	o.found.value = p.text()
	message := p.text()
	v.helps = match.Help(p.number())
	o.found.loan, o.found.customer, v.archived = p.number(), p.number(), p.number() == 1
	others, candidates := p.number(), p.number()
	m := detail{message: message}
	for i := int64(0); i < others && !p.broken; i++ {
		m.others = append(m.others, p.number())
	}
	for i := int64(0); i < candidates && !p.broken; i++ {
		m.candidates = append(m.candidates, candidate{p.number(), int(p.number())})
	}
	if message != "" || others > 0 || candidates > 0 {
		o.detail = &m
	}
	o.handle = unique.Make(v)
	if p.broken || len(p.rest) > 0 {
		return outcome{}, errAnswer
	}
	return o, nil
}

// answerParts reads the parts of a written answer one after another.
type answerParts struct {
	rest   []byte
	broken bool
}

func (p *answerParts) text() string {
	length, n := binary.Uvarint(p.rest)
	if n <= 0 || uint64(len(p.rest)-n) < length {
		p.broken, p.rest = true, nil
		return ""
	}
	text := string(p.rest[n : n+int(length)])
	p.rest = p.rest[n+int(length):]
	return text
}

func (p *answerParts) number() int64 {
	number, n := binary.Varint(p.rest)
	if n <= 0 {
		p.broken, p.rest = true, nil
		return 0
	}
	p.rest = p.rest[n:]
	return number
}
