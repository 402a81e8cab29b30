package loanpro

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"strings"
)

const (
	// drawn is the number of records that other searches than those for ranges must
	// return. All of them must have been read.
	drawn = 300
	// drawnShare is the divisor for the share of a small tenant that is drawn.
	drawnShare = 4
	// maxDraws is the most searches for them with pages of drawn rows or more. Smaller
	// pages take more.
	maxDraws = 24
	// firstWords is how many words the first such search asks for. wordsKept is how
	// many words of records are kept to search for.
	firstWords = 8
	wordsKept  = 64
)

// drawing is how records are drawn.
type drawing struct {
	numbers, words int            // of the next search
	asked, seen    map[int64]bool // numbers and records so far
}

// drawRecords draws records by searches without a range: by system IDs drawn at random,
// most of which may not exist, and by words from names, which others share. Each record
// that they return must have been read.
func (s *scan) drawRecords(ctx context.Context) error {
	if len(s.ids) == 0 {
		return s.notProved("it has read no record")
	}
	d := &drawing{numbers: min(MaxBatch, s.page.rows), words: firstWords, asked: map[int64]bool{}, seen: map[int64]bool{}}
	want := wanted(len(s.ids))
	most := maxDraws * (1 + drawn/s.page.rows)
	for turn := 0; len(d.seen) < want; turn++ {
		if turn == most {
			return s.notProved("other searches show too few records to compare")
		}
		draw := s.drawNumbers
		if turn%2 == 1 && len(s.words) > 0 {
			draw = s.drawWords
		}
		hits, err := draw(ctx, d)
		if err != nil {
			return err
		}
		if !s.allRead(hits, d) {
			return s.notProved("another search shows a record that it has not read")
		}
	}
	s.account.Drawn = len(d.seen)
	return nil
}

// wanted returns how many records are drawn of a tenant.
func wanted(records int) int { return min(drawn, (records+drawnShare-1)/drawnShare) }

// allRead notes drawn records, and reports whether all of them were read. Those above
// the newest that was read are new.
func (s *scan) allRead(hits []Hit, d *drawing) bool {
	newest := s.ids[len(s.ids)-1]
	for _, hit := range hits {
		_, read := slices.BinarySearch(s.ids, hit.ID)
		if !read && hit.ID <= newest {
			return false
		}
		d.seen[hit.ID] = true
	}
	return true
}

// drawNumbers asks for system IDs drawn at random: for half as many the next time, if
// LoanPro rejects that many.
func (s *scan) drawNumbers(ctx context.Context, d *drawing) ([]Hit, error) {
	lowest, newest := s.ids[0], s.ids[len(s.ids)-1]
	var ids []int64
	for range d.numbers {
		if id := lowest + rand.Int64N(newest-lowest+1); !d.asked[id] {
			d.asked[id] = true
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	hits, err := s.drawOnce(ctx, s.controls.clause(ids))
	if refused(err) {
		d.numbers = max(1, d.numbers/2)
		return nil, nil
	}
	return hits, err
}

// drawWords asks for records by words that some have in their names. The next time it
// asks for fewer, if a page shows only the lowest IDs of many, and for more, if they
// are few. A match is documented by LoanPro. lastName and primaryCustomerName were seen
// in public code.
func (s *scan) drawWords(ctx context.Context, d *drawing) ([]Hit, error) {
	field := "lastName"
	if s.key.records() == "Loans" {
		field = "primaryCustomerName"
	}
	clauses := make([]object, d.words)
	for i := range clauses {
		clauses[i] = object{"match": object{field: s.words[rand.IntN(len(s.words))]}}
	}
	hits, err := s.drawOnce(ctx, object{"bool": object{"should": clauses}})
	switch full := s.page.rows; {
	case refused(err):
		d.words = max(1, d.words/2)
		return nil, nil
	case len(hits) >= full:
		d.words = max(1, d.words/2)
	case len(hits) < full/4:
		d.words = min(wordsKept, 2*d.words)
	}
	return hits, err
}

// drawOnce sends one search for drawn records. It needs no controls: those that it
// lacks are not drawn.
func (s *scan) drawOnce(ctx context.Context, query object) (hits []Hit, err error) {
	err = s.client.untilWhole(ctx, s.key.records(), s.controls, s.most, func() (bool, error) {
		page, err := s.ask(ctx, query)
		if err == nil {
			hits = page.Results.hits
		}
		return true, err
	})
	return hits, err
}

// keepWord keeps a word of a record to search for. All words offered are kept with
// the same probability. The caller holds s.mu.
func (s *scan) keepWord(hit *Hit) {
	word := hit.Last
	for _, customer := range hit.Customers {
		word = cmp.Or(word, strings.TrimSpace(customer.First+" "+customer.Last))
	}
	if !searchable(word) {
		return
	}
	s.offered++
	switch at := rand.IntN(s.offered); {
	case len(s.words) < wordsKept:
		s.words = append(s.words, word)
	case at < wordsKept:
		s.words[at] = word
	}
}
