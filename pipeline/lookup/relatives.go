package lookup

import (
	"math"
	"slices"

	"loanmap/pipeline/lookup/directory"
	"loanmap/pipeline/match"
)

// In a small tenant, leaving customers out proves little: if none of 500 is matched wrongly,
// the bound is 1 in 84. Of part of a name more is known, because whoever is matched wrongly
// then has the row's identifier and a contact, such as the birth date and the ZIP code:
//
//   - A stranger agrees by chance. How often two customers have the same birth date, the same
//     ZIP code, and part of a name in common is measured on all pairs of them, and multiplied.
//   - A relative shares surname and home. How many do is measured: the pairs of customers with
//     the same surname and contact beyond those of chance. Few of them are twins, and only
//     a twin has the birth date, too.
//
// It is an assumption, which no tenant can prove, that few relatives are twins. So this is
// used only as long as leaving customers out has shown no wrong match.

const (
	// twinShare is how many pairs of relatives have an identifier in common. In the United
	// States 3 of 100 children are twins, so that 1 or 2 of 100 pairs of siblings are;
	// most pairs that live together are no siblings.
	twinShare = 1.0 / 50
	// nameMargin is how many times as often part of a name may fit if the birth date is the
	// same: given names go out of fashion.
	nameMargin = 4
	// namesCompared is how many customers' names are compared with each other.
	namesCompared = 200
	// manyPairs is from how many pairs on their bound is not summed up.
	manyPairs = 1000
)

// relatives measures how often people agree on what.
type relatives struct{ people []match.Person }

func newRelatives(people *directory.Directory, records []uint32) *relatives {
	r := &relatives{make([]match.Person, len(records))}
	for i, record := range records {
		hit := people.Hit(record)
		r.people[i] = personOf(&hit)
	}
	return r
}

// whoHave returns those who have a surname and some kinds of evidence.
func (r *relatives) whoHave(kinds match.EvidenceKinds) *relatives {
	lack := func(p match.Person) bool { return p.Name.Surname() == "" || kinds&^p.Evidence.Kinds() != 0 }
	return &relatives{slices.DeleteFunc(slices.Clone(r.people), lack)}
}

// bound returns the risk of a tier for which part of the name is enough, with 95 %
// confidence; 1: it is another tier.
func (r *relatives) bound(t match.Tier) Chance {
	identifiers, contacts, is := t.PartOfName()
	r = r.whoHave(t.Agrees())
	n := float64(len(r.people))
	if !is || n < 2 {
		return 1
	}
	all := n * (n - 1) / 2
	surname := func(p *match.Person) string { return p.Name.Surname() }
	contact := func(p *match.Person) string { return p.Evidence.Key(contacts) }
	identifier := func(p *match.Person) string { return p.Evidence.Key(identifiers) }
	home := float64(r.pairs(contact)) / all
	together := r.pairs(func(p *match.Person) string { return surname(p) + "|" + contact(p) })
	family := max(mostPairs(together)-float64(r.pairs(surname))*home, mostPairs(0))
	strangers := mostPairs(r.pairs(identifier)) * home * min(nameMargin*r.partFits(), 1)
	return Chance(min(2*(family*twinShare+strangers)/n, 1)) // each pair is a risk of both
}

// pairs returns how many pairs of people have the same key.
func (r *relatives) pairs(key func(*match.Person) string) (pairs int) {
	having := map[string]int{}
	for i := range r.people {
		k := key(&r.people[i])
		pairs += having[k]
		having[k]++
	}
	return pairs
}

// partFits returns how often part of a name fits another customer's, rounded up.
func (r *relatives) partFits() float64 {
	some := r.people[:min(len(r.people), namesCompared)]
	fit, pairs := 0, 0
	for i := range some {
		for j := range i {
			pairs++
			if match.CompareNames(&some[i].Name, &some[j].Name).PartFits() {
				fit++
			}
		}
	}
	return mostPairs(fit) / float64(pairs)
}

// mostPairs returns how many pairs are expected at most, with 95 % confidence, where some
// were counted (of a Poisson distribution).
func mostPairs(counted int) float64 {
	if counted > manyPairs { // the sum would take long, and the normal distribution is as near
		return float64(counted) + 1.645*math.Sqrt(float64(counted)) + 2
	}
	const chances = 1 << 30 // each hardly ever comes true
	return float64(upperBound(counted, chances)) * chances
}
