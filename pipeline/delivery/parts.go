package delivery

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"loanmap/pipeline/answer"
	"loanmap/pipeline/question"
)

// Parts are all parts of one job, by the number of their shard.
type Parts []*Part

// OpenParts opens the parts of a job, in any order, and checks that they belong together
// and that none is missing. The error is a *PartError that names the gap.
func OpenParts(paths []string) (_ Parts, err error) {
	var parts Parts
	defer func() {
		if err != nil {
			parts.Close()
		}
	}()
	for _, path := range paths {
		p, err := OpenPart(path)
		if err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
	for _, check := range []func() error{parts.checkJob, parts.checkNumbers, parts.checkTrust} {
		if err := check(); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(parts, func(a, b *Part) int { return a.Shard.Number - b.Shard.Number })
	return parts, nil
}

// Close closes all files.
func (all Parts) Close() {
	for _, p := range all {
		p.Close()
	}
}

// checkJob refuses parts of several jobs.
func (all Parts) checkJob() error {
	for _, p := range all[1:] {
		if why := all[0].differs(&p.PartHead); why != "" {
			return &PartError{
				fmt.Sprintf("%s and %s are not of one job: %s", all[0].Path, p.Path, why),
				"merge the parts of one job only; run the shards again that differ, with the command of the others",
			}
		}
	}
	return nil
}

// differs says in what the jobs of two parts differ; empty: they are parts of one job.
func (h *PartHead) differs(other *PartHead) string {
	switch {
	case h.Shard.Of != other.Shard.Of:
		return fmt.Sprintf("one is of %d shards, the other of %d", h.Shard.Of, other.Shard.Of)
	case h.Input != other.Input:
		return "they are of two inputs, or the input has changed between them"
	}
	if names := differences(h.Decisive, other.Decisive); names != nil {
		return "these settings differ: " + strings.Join(names, ", ")
	}
	return ""
}

// differences names the fields in which two JSON objects differ.
func differences(a, b json.RawMessage) []string {
	if bytes.Equal(a, b) {
		return nil
	}
	var first, second map[string]json.RawMessage
	if json.Unmarshal(a, &first) != nil || json.Unmarshal(b, &second) != nil {
		return []string{"their form"}
	}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(first)) {
		if !bytes.Equal(first[name], second[name]) {
			names = append(names, name)
		}
	}
	return append(names, onlyIn(second, first)...)
}

func onlyIn(some, others map[string]json.RawMessage) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(some)), func(name string) bool { return others[name] != nil })
}

// checkNumbers refuses a part that is given twice, and a part that is missing.
func (all Parts) checkNumbers() error {
	of, byNumber := all[0].Shard.Of, map[int]*Part{}
	for _, p := range all {
		if other := byNumber[p.Shard.Number]; other != nil {
			return &PartError{fmt.Sprintf("shard %s is given twice: %s and %s", p.Shard, other.Path, p.Path), "give each part once"}
		}
		byNumber[p.Shard.Number] = p
	}
	var missing []string
	for number := 1; number <= of; number++ {
		if byNumber[number] == nil {
			missing = append(missing, question.Shard{Number: number, Of: of}.String())
		}
	}
	if missing == nil {
		return nil
	}
	return &PartError{"no part of these shards is given: " + strings.Join(missing, ", "), "run them with the command of the others, or give their parts, too"}
}

// checkTrust refuses answers of batches where a shard has found that batches miss
// records.
func (all Parts) checkTrust() error {
	var trusting []string
	doubting := ""
	for _, p := range all {
		var of Account
		if err := json.Unmarshal(p.Account, &of); err != nil {
			return p.notWhole()
		}
		if of.LoanPro.Unbatched {
			doubting = p.Shard.String()
		} else {
			trusting = append(trusting, p.Shard.String())
		}
	}
	if doubting == "" || trusting == nil {
		return nil
	}
	return &PartError{
		fmt.Sprintf("shard %s has found that batch searches miss records here, and these shards have used them: %s", doubting, strings.Join(trusting, ", ")),
		"run these shards again with the same command: each then asks one question per request",
	}
}

// CheckSettings refuses to merge with other settings than those of the shards, in the form
// of PartHead.Decisive.
func (all Parts) CheckSettings(now json.RawMessage) error {
	names := differences(all[0].Decisive, now)
	if names == nil {
		return nil
	}
	return &PartError{
		"the shards read the rows in another way than this run, in: " + strings.Join(names, ", "),
		"merge with the version of loanmap that ran the shards, and with the previous output that they have read",
	}
}

// Row returns the answer of a shard, by its number, to the row that begins at line. The
// error is a *PartError if it has none.
func (all Parts) Row(shard, line int) (answer.Outcome, error) {
	p := all[shard-1]
	at, o, ok, err := p.Next()
	if err == nil && (!ok || at != line) {
		err = &PartError{fmt.Sprintf("%s does not answer the row on line %d of the input", p.Path, line), "run shard " + p.Shard.String() + " again, with --force"}
	}
	return o, err
}

// CheckRead refuses parts that answer more rows than the input has.
func (all Parts) CheckRead() error {
	for _, p := range all {
		if line, _, ok, err := p.Next(); err != nil || ok {
			if err == nil {
				err = &PartError{fmt.Sprintf("%s answers a row on line %d that the input does not have", p.Path, line), "run shard " + p.Shard.String() + " again, with --force"}
			}
			return err
		}
	}
	return nil
}

// Earlier opens the part that an earlier run of the same shard has written at path; nil: no
// such part is there. Another file may be replaced only with Force; without it, the error is
// a *question.UsageError.
func (d *Delivery) Earlier(path string) (*Part, error) {
	if !Exists(path) {
		return nil, nil //nolint:nilnil // no file is there
	}
	p, err := OpenPart(path)
	var why string
	switch {
	case err != nil:
		why = err.Error()
	case p.Shard != d.Part.Shard:
		why = "it is of shard " + p.Shard.String()
	default:
		why = p.differs(d.Part)
	}
	if why == "" {
		return p, nil
	}
	if err == nil {
		p.Close()
	}
	if d.Force {
		return nil, nil //nolint:nilnil // it is replaced
	}
	return nil, question.Usage(fmt.Sprintf("%s exists already, and is not of this job: %s", path, why), "choose another name with -o, or replace the file with --force")
}

// BatchesDoubted reports whether another shard of the job has found that batches miss
// records, by the summaries next to the part at path: of runs on the same input that
// began after since.
func (d *Delivery) BatchesDoubted(path string, since time.Time) bool {
	_, end, _ := strings.Cut(filepath.Base(path), fmt.Sprintf(".%d-of-", d.Shard.Number))
	for is := range accountsIn(filepath.Dir(path)) {
		if is.LoanPro.Unbatched && is.Input.SHA256 == d.In.Digest && is.Started.After(since) && strings.HasSuffix(is.Output, "-of-"+end) {
			return true
		}
	}
	return false
}

// Modified returns when the part was written.
func (p *Part) Modified() time.Time {
	is, err := os.Stat(p.Path)
	if err != nil {
		return time.Time{}
	}
	return is.ModTime()
}
