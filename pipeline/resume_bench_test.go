package pipeline

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"loanmap/io/journal"
	"loanmap/pipeline/delivery"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/question"
)

// BenchmarkLedger writes the answers to a million questions down as a run does,
// in batches of 200, with the real disk waited for, and finds them again. It
// prints what one answer costs, and takes on the disk.
func BenchmarkLedger(b *testing.B) {
	const million, batch = 1_000_000, 200
	known := answers(million)
	all := make([]*lookup.Asked, 0, million)
	for _, o := range known {
		all = append(all, &lookup.Asked{Question: question.Question{Kind: question.DisplayIDs}, Number: uint64(len(all)), Outcome: o})
	}
	var noting, finding time.Duration
	var size int64
	for b.Loop() {
		options := journal.Options{Path: filepath.Join(b.TempDir(), "out.csv.journal"), Secret: []byte("s")}
		begin := time.Now()
		noteAll(b, options, all, batch)
		noting += time.Since(begin)
		info, err := os.Stat(options.Path)
		if err != nil {
			b.Fatal(err)
		}
		size = info.Size()
		begin = time.Now()
		r := ledgerFor(b, options)
		finding += time.Since(begin)
		if r.ledger.resumed != million {
			b.Fatalf("%d answers", r.ledger.resumed)
		}
		r.ledger.close()
	}
	per := func(took time.Duration) float64 { return float64(took.Nanoseconds()) / float64(b.N) / million }
	b.ReportMetric(per(noting), "ns/answer-noted")
	b.ReportMetric(per(finding), "ns/answer-found")
	b.ReportMetric(float64(size)/million, "file-B/answer")
}

func noteAll(b *testing.B, options journal.Options, all []*lookup.Asked, batch int) {
	b.Helper()
	r := ledgerFor(b, options)
	for i := 0; i < len(all); i += batch {
		for _, q := range all[i : i+batch] {
			q.Noted = lookup.Asked{}.Noted
		}
		if err := r.ledger.add(all[i:i+batch], nil); err != nil {
			b.Fatal(err)
		}
	}
	if err := r.ledger.journal.Close(); err != nil {
		b.Fatal(err)
	}
}

// ledgerFor opens the journal of a run that has nothing else.
func ledgerFor(tb testing.TB, options journal.Options) *run {
	tb.Helper()
	r := newRun(&Job{Log: slog.New(slog.DiscardHandler)})
	r.newest = &pass{run: r, summary: newSummary("test", time.Now())}
	r.lookup = lookup.New(r.Lookup, question.DisplayIDs, r.Log, r.progress.add)
	r.ledger.asides = delivery.Asides{Options: options, Log: r.Log}
	var err error
	if r.ledger.tags, err = newTagger(options.Secret); err != nil {
		tb.Fatal(err)
	}
	if err := r.resume(r.newest); err != nil {
		tb.Fatal(err)
	}
	return r
}
