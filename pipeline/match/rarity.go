package match

import "math"

// Rarity is how much it says that a value agrees, in percent of what it says if only one
// customer has the value: a surname or a ZIP code that many share says less. 0 is not
// known, which counts as 100. Like the score it ranks candidates, and decides nothing.
type Rarity struct{ Name, CustomID, SSN4, Birth, Email, Phone, Zip uint8 }

// RarityOf returns the rarity of a value that some of all customers have: the share of the
// information that names one of them.
func RarityOf(some, all int) uint8 {
	if all < 2 {
		return 100
	}
	share := math.Log(float64(all)/float64(min(max(some, 1), all))) / math.Log(float64(all))
	return uint8(max(math.Round(100*share), 1))
}

// Weighed returns a comparison whose score counts how rare the row's values are.
func (c Comparison) Weighed(r Rarity) Comparison {
	c.rarity = r
	return c
}

// weigh returns what points count of a value.
func weigh(points int, rarity uint8) int {
	if rarity == 0 {
		return points
	}
	return points * int(rarity) / 100
}

// Agreement is how one field of a row agrees with the record's.
type Agreement struct {
	Field  string // as reasons call it
	Level  string // "agrees", "differs" or "rules out"; a name's grade
	Points int    // of the score
}

// Agreements returns how all fields agree that both have. Its points make up the score.
func (c Comparison) Agreements() []Agreement {
	list := []Agreement{{"name", "DCBA"[c.name.grade : c.name.grade+1], c.namePoints()}}
	for _, f := range c.fields() {
		if f.result != missing {
			list = append(list, Agreement{f.kind, [...]string{agrees: "agrees", disagrees: "differs", vetoes: "rules out", outweighed: "differs"}[f.result], f.points()})
		}
	}
	return list
}
