package sandbox

import (
	"encoding/json"
	"strconv"
)

// The values of Shape.Total. The number is documented for lists of records. The
// others are assumed, after what OpenSearch sends and middle layers make of it.
const (
	totalNumber = "number" // 137
	totalFloat  = "float"  // 137.0
	totalString = "string" // "137"
	totalObject = "object" // {"value":137,"relation":"eq"}
	totalCapped = "capped" // {"value":137,"relation":"gte"}, with value 10,000 at most
	totalPage   = "page"   // the number of rows of the page
	totalSmall  = "small"  // nine tenths of what it should be
	totalRandom = "random" // any number up to twice what it should be
)

// totalCap is how far OpenSearch counts by default.
const totalCap = 10_000

// relatedTotal is a total as OpenSearch writes it.
type relatedTotal struct {
	Value    int    `json:"value"`
	Relation string `json:"relation"` // eq, or gte for that many or more
}

// total returns how the summary of page number shows n hits, of which rows are on
// the page.
func (s *Shape) total(n, rows, number int) any {
	switch s.Total {
	case totalFloat:
		return json.Number(strconv.Itoa(n) + ".0")
	case totalString:
		return strconv.Itoa(n)
	case totalObject:
		return relatedTotal{n, "eq"}
	case totalCapped:
		return relatedTotal{min(n, totalCap), "gte"}
	case totalPage:
		return rows
	case totalSmall:
		return n * 9 / 10
	case totalRandom:
		return int(drawn(0, number, totalDraw) * 2 * float64(n))
	}
	return n
}
