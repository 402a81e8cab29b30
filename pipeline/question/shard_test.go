package question

import (
	"fmt"
	"testing"
)

func TestShardsAreRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Shard{"1/1": {1, 1}, "3/16": {3, 16}, "16/16": {16, 16}} {
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
				if (Shard{number, of}).Owns(&q, line) {
					owners++
					count[number]++
				}
			}
			if owners != 1 {
				t.Fatalf("%s: line %d has %d owners", name, line, owners)
			}
			if q.Kind != nil && Owner(of, &q, line) != Owner(of, &q, line+1) {
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
			sum := 0
			for number := 1; number <= of; number++ {
				part := Shard{number, of}.Part(n)
				if sum += part; part > n/of+1 {
					t.Errorf("%d of %d things are for one of %d shards", part, n, of)
				}
			}
			if sum != n {
				t.Errorf("%d shards do %d of %d things", of, sum, n)
			}
		}
	}
	if (Shard{}).Part(200) != 200 {
		t.Error("the whole job does a part")
	}
}
