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
	drawnShare = 3
	// maxDraws is the most searches for them.
	maxDraws = 12
	// numbersOfDraw and wordsOfDraw are what one such search asks for.
	numbersOfDraw = MaxBatch
	wordsOfDraw   = 8
	// wordsKept is how many words of records are kept to search for.
	wordsKept = 64
)

// drawRecords draws records by searches without a range: by system IDs drawn at random,
// most of which may not exist, and by words from names, which others share. Each record
// that they return must have been read.
func (s *scan) drawRecords(ctx context.Context) error {
	if len(s.ids) == 0 {
		return s.notProved("it has read no record")
	}
	newest := s.ids[len(s.ids)-1]
	seen := map[int64]bool{}
	want := min(drawn, (len(s.ids)+drawnShare-1)/drawnShare)
	for turn := 0; len(seen) < want; turn++ {
		if turn == maxDraws {
			return s.notProved("other searches show too few records to compare")
		}
		hits, err := s.drawOnce(ctx, turn)
		if err != nil {
			return err
		}
		for _, hit := range hits {
			if _, read := slices.BinarySearch(s.ids, hit.ID); !read && hit.ID <= newest {
				return s.notProved("another search shows a record that it has not read")
			}
			seen[hit.ID] = true
		}
	}
	s.account.Drawn = len(seen)
	return nil
}

// drawOnce sends one search for drawn records: by numbers and by words in turn.
func (s *scan) drawOnce(ctx context.Context, turn int) ([]Hit, error) {
	query := s.byNumbers()
	if words := s.byWords(); turn%2 == 1 && words != nil {
		query = words
	}
	var hits []Hit
	err := s.client.untilWhole(ctx, s.key.records(), s.controls, s.most, func() (bool, error) {
		page, err := s.ask(ctx, query)
		if err == nil {
			hits = page.Results.hits
		}
		return true, err
	})
	if refused(err) { // such as too many numbers
		return nil, nil
	}
	return hits, err
}

// byNumbers asks for system IDs drawn at random.
func (s *scan) byNumbers() object {
	lowest, newest := s.ids[0], s.ids[len(s.ids)-1]
	ids := make([]int64, min(numbersOfDraw, s.page.rows))
	for i := range ids {
		ids[i] = lowest + rand.Int64N(newest-lowest+1)
	}
	slices.Sort(ids)
	return s.controls.clause(slices.Compact(ids))
}

// byWords asks for records by words that some have in their names; nil if none has. A
// match is documented by LoanPro. lastName and primaryCustomerName were seen in public
// code.
func (s *scan) byWords() object {
	if len(s.words) == 0 {
		return nil
	}
	field := "lastName"
	if s.key.records() == "Loans" {
		field = "primaryCustomerName"
	}
	var clauses []object
	for range wordsOfDraw {
		clauses = append(clauses, object{"match": object{field: s.words[rand.IntN(len(s.words))]}})
	}
	return object{"bool": object{"should": clauses}}
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
