package match

import (
	"encoding/csv"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var febrlFolder = flag.String("febrl", "", "measure rules on dataset1.csv to dataset3.csv of the Febrl project in this folder")

// febrlSets are the kinds of evidence in addition to the name, and the least recall that
// the rules reach with them.
var febrlSets = []struct {
	kinds  EvidenceKinds
	recall float64
}{
	{kindBirth | kindSSN | kindZip, 0.943},
	{kindBirth | kindZip, 0.73},
	{kindBirth, 0.69},
	{kindSSN, 0.68},
}

// febrlRecord is a record of Febrl and its label.
type febrlRecord struct {
	label    string
	original bool
	person   Person
}

// TestFebrl asks for the duplicates among the originals, once all and once every
// second one. It measures the decision: every original is a candidate, as if there
// were no blocking.
func TestFebrl(t *testing.T) {
	if *febrlFolder == "" {
		t.Skip("needs -febrl FOLDER")
	}
	for _, file := range []string{"dataset1.csv", "dataset2.csv", "dataset3.csv"} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			originals, duplicates := readFebrl(t, filepath.Join(*febrlFolder, file))
			measureFebrl(t, originals, duplicates, "all present")
			half := originals[:0:0]
			for i := 0; i < len(originals); i += 2 {
				half = append(half, originals[i])
			}
			measureFebrl(t, half, duplicates, "every second absent")
		})
	}
}

// readFebrl reads a file. Social security number and postcode are completed to the
// length that they have in the United States.
func readFebrl(t *testing.T, path string) (originals, duplicates []febrlRecord) {
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
	for _, row := range rows[1:] {
		r := febrlRecord{label: strings.Split(row[0], "-")[1], original: strings.HasSuffix(row[0], "-org")}
		r.person.Name = ReadName(NameParts{First: row[1], Last: row[2]})
		r.person.Evidence = Evidence{Birth: ReadBirth(row[9]), SSN4: ReadSSN4("00" + row[10]), Zip: ReadZip("1" + row[7])}
		if r.original {
			originals = append(originals, r)
		} else {
			duplicates = append(duplicates, r)
		}
	}
	return originals, duplicates
}

// febrlCount counts the rows of one set of evidence.
type febrlCount struct{ exist, right, wrong int }

func measureFebrl(t *testing.T, originals, duplicates []febrlRecord, which string) {
	t.Helper()
	counts := make([]febrlCount, len(febrlSets))
	present := map[string]bool{}
	for i := range originals {
		present[originals[i].label] = true
	}
	names := make([]NameComparison, len(originals))
	for i := range duplicates {
		row := &duplicates[i]
		for j := range originals {
			names[j] = CompareNames(&row.person.Name, &originals[j].person.Name)
		}
		for s := range febrlSets {
			counts[s].add(row, originals, febrlVerdict(&row.person, names, originals, febrlSets[s].kinds), present[row.label])
		}
	}
	for s, set := range febrlSets {
		c := counts[s]
		recall := float64(c.right) / float64(c.exist)
		t.Logf("%s, name with %s: recall %.4f (%d of %d), %d wrong",
			which, strings.Join(set.kinds.Names(), ", "), recall, c.right, c.exist, c.wrong)
		if recall < set.recall || c.wrong > 1 {
			t.Errorf("%s, name with %v: recall %.4f, %d wrong; want at least %.2f and at most 1", which, set.kinds.Names(), recall, c.wrong, set.recall)
		}
	}
}

// febrlVerdict decides on a row that has only these kinds of evidence.
func febrlVerdict(row *Person, names []NameComparison, originals []febrlRecord, kinds EvidenceKinds) Verdict {
	reduced := Person{Name: row.Name, Evidence: row.Evidence}
	if kinds&kindBirth == 0 {
		reduced.Evidence.Birth = Date{}
	}
	if kinds&kindSSN == 0 {
		reduced.Evidence.SSN4 = ""
	}
	if kinds&kindZip == 0 {
		reduced.Evidence.Zip = ""
	}
	candidates := make([]Candidate, 0, len(originals))
	for j := range originals {
		comparison := names[j].WithEvidence(&reduced.Evidence, &originals[j].person.Evidence)
		candidates = append(candidates, Candidate{ID: int64(j + 1), Comparison: comparison, Live: true})
	}
	return Customer(&reduced, candidates, CustomerOptions{})
}

func (c *febrlCount) add(row *febrlRecord, originals []febrlRecord, v Verdict, present bool) {
	if present {
		c.exist++
	}
	switch {
	case v.Status != Matched:
	case originals[v.Candidates[0]].label == row.label:
		c.right++
	default:
		c.wrong++
	}
}
