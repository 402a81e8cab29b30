package loanpro

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"loanmap/io/loanpro/sandbox"
)

func TestShapesOf(t *testing.T) {
	t.Parallel()
	words := strings.Fields
	for _, test := range []struct {
		name        string
		lost, found []string
		want        Shapes
	}{
		{"nothing is lost", nil, words("L1 L22"), Shapes{}},
		{"nothing is found", words("L1"), nil, Shapes{}},
		{"long ones", words("L00012345 L0001234567"), words("L1 L12 L1234"), Shapes{LongerThan: 5}},
		{"long ones, of which one was found as a near miss", words("L00012345 L0001234567"), words("L1 L12 L1234 L0001234599"), Shapes{LongerThan: 5}},
		{"short ones", words("7 12"), words("L123 L1234 L12345"), Shapes{ShorterThan: 4}},
		{"long and short ones", words("7 L0001234567"), words("L12 L123 L1234"), Shapes{LongerThan: 5, ShorterThan: 3}},
		{"ones with a sign", words("L-1234 L-99999"), words("L1234567 L12345 L123456"), Shapes{Patterns: []string{"A-9"}}},
		{"some of all kinds", words("L1234"), words("L1235 L1236 L12"), Shapes{}},
	} {
		if diff := cmp.Diff(test.want, unsearchableShapes(test.lost, test.found)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// If an index drops long or short texts, the other values still have batches.
func TestProbeLeavesOutWhatNoFormFinds(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		shape         sandbox.Shape
		longer, never string
	}{
		{sandbox.Shape{IgnoreAbove: 9}, "L000212345678", "L000212"},
		{sandbox.Shape{IgnoreAbove: 9, Mapping: "keyword"}, "L000212345678", "L000212"},
		{sandbox.Shape{NGrams: 9}, "L000212345678", "L000212"},
	} {
		t.Run(fmt.Sprintf("%s, above %d, grams %d", test.shape.Mapping, test.shape.IgnoreAbove, test.shape.NGrams), func(t *testing.T) {
			t.Parallel()
			c, _ := tenantOf(t, sandbox.Options{Loans: 3000, Shape: test.shape})
			f, err := c.Probe(t.Context(), DisplayID, MaxBatch, false)
			if err != nil || f.Batch.Size < 100 || f.FindsNothing || !f.Unsearchable.Matches(test.longer) || f.Unsearchable.Matches(test.never) {
				t.Errorf("%+v, %v", f, err)
			}
		})
	}
}
