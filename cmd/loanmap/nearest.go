package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/xrash/smetrics"
)

// nearEnough is the least Jaro-Winkler similarity of a name that is offered in
// place of an unknown one.
const nearEnough = 0.8

// didYouMean returns hint after the candidate that is most similar to word, if one
// is similar enough. Case and the dashes of flags make no difference.
func didYouMean(word string, candidates []string, hint string) string {
	plain := func(name string) string { return strings.ToLower(strings.TrimLeft(name, "-")) }
	similarity := func(candidate string) float64 {
		return smetrics.JaroWinkler(plain(word), plain(candidate), 0.7, 4)
	}
	if len(candidates) == 0 || plain(word) == "" {
		return hint
	}
	nearest := slices.MaxFunc(candidates, func(a, b string) int { return cmp.Compare(similarity(a), similarity(b)) })
	if similarity(nearest) < nearEnough {
		return hint
	}
	return fmt.Sprintf("did you mean %q? %s", nearest, hint)
}
