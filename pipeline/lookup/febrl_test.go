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

func TestFebrlByScan(t *testing.T) {
	if *febrlFolder == "" {
		t.Skip("needs -febrl FOLDER")
	}
	for _, name := range []string{"dataset1.csv", "dataset2.csv", "dataset3.csv"} {
		for _, half := range []bool{false, true} {
			file, err := os.Open(filepath.Join(*febrlFolder, name))
			if err != nil {
				t.Fatal(err)
			}
			in := csv.NewReader(file)
			in.TrimLeadingSpace = true
			rows, err := in.ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			for _, with := range []string{"bsz", "bz", "b", "s"} {
				d := newDirectory(question.Customers)
				present := map[string]int64{}
				n := 0
				var dups [][]string
				for i, row := range rows[1:] {
					label := strings.Split(row[0], "-")[1]
					if !strings.HasSuffix(row[0], "-org") {
						dups = append(dups, row)
						continue
					}
					if n++; half && n%2 == 0 {
						continue
					}
					present[label] = int64(i + 1)
					d.Add([]loanpro.Hit{{ID: int64(i + 1), Details: loanpro.Details{First: row[1], Last: row[2], Name: row[1] + " " + row[2], Birth: row[9], SSN: "00" + row[10], Zip: "1" + row[7]}}})
				}
				d.Complete()
				l := &Lookup{risks: newRisks(d, DefaultMaxRisk)}
				exist, right, wrong := 0, 0, 0
				for k, row := range dups {
					label := strings.Split(row[0], "-")[1]
					e := match.Evidence{}
					if strings.Contains(with, "b") {
						e.Birth = match.ReadBirth(row[9])
					}
					if strings.Contains(with, "s") {
						e.SSN4 = match.ReadSSN4("00" + row[10])
					}
					if strings.Contains(with, "z") {
						e.Zip = match.ReadZip("1" + row[7])
					}
					p := question.Person{Person: match.Person{Name: match.ReadName(match.NameParts{First: row[1], Last: row[2]}), Evidence: e}}
					p.Prepare()
					q := newAsked(question.Question{Kind: question.Names, Text: row[0], Person: &p})
					q.Number = uint64(k)
					q.accepts = l.risks.accepts(t.Context(), q)
					if err := findAlone(l, q); err != nil {
						t.Fatal(err)
					}
					if present[label] != 0 {
						exist++
					}
					switch {
					case q.Outcome.Status() != match.Matched:
					case q.Outcome.Found.Customer == present[label]:
						right++
					default:
						wrong++
					}
				}
				t.Logf("%s half absent %t, %s: recall %.4f, %d wrong", name, half, with, float64(right)/float64(exist), wrong)
				if with == "bz" {
					for _, r := range l.Risks() {
						t.Logf("   %+v", r)
					}
				}
			}
			file.Close()
		}
	}
}
