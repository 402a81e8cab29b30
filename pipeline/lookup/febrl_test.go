package lookup

import (
	"encoding/csv"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"loanmap/io/loanpro"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

var febrlFolder = flag.String("febrl", "", "measure scans on dataset1.csv to dataset3.csv of the Febrl project in this folder")

// febrlSets are the kinds of evidence in addition to the name, and the least recall.
var febrlSets = []struct {
	birth, ssn, zip bool
	recall          float64
}{
	{birth: true, ssn: true, zip: true, recall: 0.95},
	{birth: true, zip: true, recall: 0.85},
	{birth: true, recall: 0.68},
	{ssn: true, recall: 0.68},
}

// febrlRow is a row of a file, and the label of the person.
type febrlRow struct {
	label string
	cells []string
}

// TestFebrlByScan asks for the duplicates in a tenant of all originals, and in two of every
// second one, with the default of the risk. Which half is absent moves the recall of 250
// rows by 0.02, so both count together.
func TestFebrlByScan(t *testing.T) {
	if *febrlFolder == "" {
		t.Skip("needs -febrl FOLDER")
	}
	for _, name := range []string{"dataset1.csv", "dataset2.csv", "dataset3.csv"} {
		originals, duplicates := readFebrl(t, filepath.Join(*febrlFolder, name))
		var halves [2][]febrlRow
		for i := range originals {
			halves[i%2] = append(halves[i%2], originals[i])
		}
		for i := range febrlSets {
			measureFebrl(t, name+", all present", i, duplicates, originals)
			measureFebrl(t, name+", every second absent", i, duplicates, halves[:]...)
		}
	}
}

func readFebrl(t *testing.T, path string) (originals, duplicates []febrlRow) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	in := csv.NewReader(file)
	in.TrimLeadingSpace = true
	rows, err := in.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, cells := range rows[1:] {
		r := febrlRow{strings.Split(cells[0], "-")[1], cells}
		if strings.HasSuffix(cells[0], "-org") {
			originals = append(originals, r)
		} else {
			duplicates = append(duplicates, r)
		}
	}
	return originals, duplicates
}

// customer is a row as a scan returns it. Social security number and postcode are completed
// to the length that they have in the United States.
func (r *febrlRow) customer(id int64) loanpro.Hit {
	return loanpro.Hit{ID: id, Details: loanpro.Details{
		First: r.cells[1], Last: r.cells[2], Name: r.cells[1] + " " + r.cells[2], Birth: r.cells[9], SSN: "00" + r.cells[10], Zip: "1" + r.cells[7],
	}}
}

// asked is a row as a question that has some of its evidence.
func (r *febrlRow) asked(number uint64, set int) *Asked {
	p := question.Person{Person: match.Person{Name: match.ReadName(match.NameParts{First: r.cells[1], Last: r.cells[2]})}}
	if febrlSets[set].birth {
		p.Evidence.Birth = match.ReadBirth(r.cells[9])
	}
	if febrlSets[set].ssn {
		p.Evidence.SSN4 = match.ReadSSN4("00" + r.cells[10])
	}
	if febrlSets[set].zip {
		p.Evidence.Zip = match.ReadZip("1" + r.cells[7])
	}
	p.Prepare()
	q := newAsked(question.Question{Kind: question.Names, Text: r.cells[0], Person: &p})
	q.Number = number
	return q
}

// measureFebrl asks for the duplicates in each tenant of these originals.
func measureFebrl(t *testing.T, which string, set int, duplicates []febrlRow, tenants ...[]febrlRow) {
	t.Helper()
	var sum febrlCount
	for _, originals := range tenants {
		c := countFebrl(t, set, duplicates, originals)
		t.Logf("%s, name with %+v: %+v", which, febrlSets[set], c)
		if c.wrong > 1 {
			t.Errorf("%d wrong", c.wrong)
		}
		sum.exist += c.exist
		sum.right += c.right
	}
	recall := float64(sum.right) / float64(sum.exist)
	t.Logf("recall %.4f", recall)
	if recall < febrlSets[set].recall {
		t.Errorf("%s, name with %+v: recall %.4f", which, febrlSets[set], recall)
	}
}

type febrlCount struct{ exist, right, wrong int }

func countFebrl(t *testing.T, set int, duplicates, originals []febrlRow) febrlCount {
	t.Helper()
	d := newDirectory(question.Customers)
	present := map[string]int64{}
	for i := range originals {
		present[originals[i].label] = int64(i + 1)
		d.Add([]loanpro.Hit{originals[i].customer(int64(i + 1))})
	}
	d.Complete()
	l := &Lookup{risks: newRisks(d, DefaultMaxRisk)}
	var c febrlCount
	for i := range duplicates {
		q := duplicates[i].asked(uint64(i), set)
		q.accepts = l.risks.accepts(t.Context(), q)
		if err := findAlone(l, q); err != nil {
			t.Fatal(err)
		}
		is := present[duplicates[i].label]
		if is != 0 {
			c.exist++
		}
		switch {
		case q.Outcome.Status() != match.Matched:
		case q.Outcome.Found.Customer == is:
			c.right++
		default:
			c.wrong++
		}
	}
	return c
}
