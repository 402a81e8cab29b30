package question

import (
	"fmt"
	"testing"
)

func TestShardsAreRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Shard{"1/1": {Number: 1, Of: 1}, "3/16": {Number: 3, Of: 16}, "16/16": {Number: 16, Of: 16}} {
		var got Shard
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want || got.String() != text {
			t.Errorf("%s: got %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "3", "0/16", "17/16", "3/", "/16", "a/b", "3/16/2", "-1/4", "1/10001"} {
		if err := new(Shard).UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

// Every row has one owner, equal questions have the same one, and no shard has much more
// than its share.
func TestRowsHaveOneOwner(t *testing.T) {
	t.Parallel()
	const of, rows = 16, 16_000
	for name, ask := range map[string]func(i int) Question{
		"questions": func(i int) Question { return Question{Kind: DisplayIDs, Text: fmt.Sprintf("L%06d", i)} },
		"nothing":   func(int) Question { return Question{} },
	} {
		count := map[int]int{}
		for line := range rows {
			q := ask(line)
			owners := 0
			for number := 1; number <= of; number++ {
				if (Shard{Number: number, Of: of}).Owns(&q, line) {
					owners++
					count[number]++
				}
			}
			if owners != 1 {
				t.Fatalf("%s: line %d has %d owners", name, line, owners)
			}
			if q.Kind != nil && (Shard{Of: of}).Owner(&q, line) != (Shard{Of: of}).Owner(&q, line+1) {
				t.Fatalf("%s: equal questions on two lines have two owners", name)
			}
		}
		for number, n := range count {
			if n < rows/of*8/10 || n > rows/of*12/10 {
				t.Errorf("%s: shard %d has %d of %d rows", name, number, n, rows)
			}
		}
	}
}

func TestPartsAddUp(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 5, 200} {
		for _, of := range []int{1, 3, 16, 300} {
			sum, together := 0, 0
			for number := 1; number <= of; number++ {
				part := Shard{Number: number, Of: of}.Part(n)
				if sum += part; part > n/of+1 {
					t.Errorf("%d of %d things are for one of %d shards", part, n, of)
				}
				together += Shard{Number: number, Of: of, Together: true}.Part(n)
			}
			if sum != n || together != n {
				t.Errorf("%d shards do %d of %d things, and %d of those of the first shard", of, sum, n, together)
			}
		}
	}
	if (Shard{}).Part(200) != 200 {
		t.Error("the whole job does a part")
	}
}

func TestTheFirstShardOwnsWhatAScanAnswers(t *testing.T) {
	t.Parallel()
	for line := range 100 {
		q := Question{Kind: DisplayIDs, Text: fmt.Sprintf("L%06d", line)}
		if !(Shard{Number: 1, Of: 3, Together: true}).Owns(&q, line) || (Shard{Number: 2, Of: 3, Together: true}).Owns(&q, line) || (Shard{Number: 2, Of: 3, Together: true}).Owns(new(Question), line) {
			t.Fatalf("another shard than the first owns line %d", line)
		}
	}
}
