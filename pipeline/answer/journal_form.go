package answer

import (
	"encoding/binary"
	"errors"
	"unique"

	"loanmap/pipeline/match"
)

// FormVersion is the version of the form in which AppendTo writes outcomes. A journal
// of another version is not resumed.
const FormVersion = 4

// errForm says that something is not in the form in which AppendTo writes.
var errForm = errors.New("a saved answer cannot be read; this is a fault of loanmap")

// AppendTo adds an outcome to a buffer, in few bytes. Equal outcomes have equal
// bytes. Names and places of candidates are left out: an outcome that has some, see
// [Outcome.NamesCandidates], is not to be read back.
func (o *Outcome) AppendTo(to []byte) []byte {
	v, more := o.Verdict(), o.Details()
	for _, text := range []string{
		string(v.Status), string(v.Code), string(v.Confidence), v.Reasons, v.LoanStatus, o.Found.Value, more.Message,
	} {
		to = append(binary.AppendUvarint(to, uint64(len(text))), text...)
	}
	archived := int64(0)
	if v.Archived {
		archived = 1
	}
	for _, number := range []int64{int64(v.Helps), o.Found.Loan, o.Found.Customer, archived, int64(len(more.Others)), int64(len(more.Candidates))} {
		to = binary.AppendVarint(to, number)
	}
	for _, other := range more.Others {
		to = binary.AppendVarint(to, other)
	}
	for _, candidate := range more.Candidates {
		to = binary.AppendVarint(binary.AppendVarint(to, candidate.ID), int64(candidate.Score))
		to = append(binary.AppendUvarint(to, uint64(len(candidate.Status))), candidate.Status...)
	}
	return to
}

// AppendInFull adds an outcome as AppendTo does, and then the names and places of its
// candidates: for files that may hold them.
func (o *Outcome) AppendInFull(to []byte) []byte {
	to = o.AppendTo(to)
	for _, c := range o.Details().Candidates {
		for _, text := range []string{c.Name, c.Place} {
			to = append(binary.AppendUvarint(to, uint64(len(text))), text...)
		}
	}
	return to
}

// Read reads what AppendTo has written.
func Read(written []byte) (Outcome, error) {
	p := formReader{rest: written}
	o := p.outcome()
	return p.done(o)
}

// ReadInFull reads what AppendInFull has written.
func ReadInFull(written []byte) (Outcome, error) {
	p := formReader{rest: written}
	o := p.outcome()
	if o.detail != nil {
		for i := range o.detail.Candidates {
			o.detail.Candidates[i].Name, o.detail.Candidates[i].Place = p.text(), p.text()
		}
	}
	return p.done(o)
}

// done returns the outcome if it was all that was written.
func (p *formReader) done(o Outcome) (Outcome, error) {
	if p.broken || len(p.rest) > 0 {
		return Outcome{}, errForm
	}
	return o, nil
}

// outcome reads what AppendTo has written.
func (p *formReader) outcome() Outcome {
	v := Verdict{
		Status: match.Status(p.text()), Code: match.Code(p.text()), Confidence: match.Confidence(p.text()), Reasons: p.text(),
		LoanStatus: p.text(),
	}
	var o Outcome
	o.Found.Value = p.text()
	message := p.text()
	v.Helps = match.EvidenceKinds(p.number())
	o.Found.Loan, o.Found.Customer, v.Archived = p.number(), p.number(), p.number() == 1
	others, candidates := p.number(), p.number()
	m := Detail{Message: message}
	for i := int64(0); i < others && !p.broken; i++ {
		m.Others = append(m.Others, p.number())
	}
	for i := int64(0); i < candidates && !p.broken; i++ {
		m.Candidates = append(m.Candidates, Candidate{ID: p.number(), Score: int(p.number()), Status: p.text()})
	}
	if message != "" || others > 0 || candidates > 0 {
		o.detail = &m
	}
	o.shared = unique.Make(v)
	return o
}

// formReader reads the parts of a written outcome, one after another.
type formReader struct {
	rest   []byte
	broken bool
}

func (p *formReader) text() string {
	length, n := binary.Uvarint(p.rest)
	if n <= 0 || uint64(len(p.rest)-n) < length {
		p.broken, p.rest = true, nil
		return ""
	}
	text := string(p.rest[n : n+int(length)])
	p.rest = p.rest[n+int(length):]
	return text
}

func (p *formReader) number() int64 {
	number, n := binary.Varint(p.rest)
	if n <= 0 {
		p.broken, p.rest = true, nil
		return 0
	}
	p.rest = p.rest[n:]
	return number
}
