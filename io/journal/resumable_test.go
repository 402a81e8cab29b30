package journal

import (
	"bytes"
	"testing"
	"time"
)

// Resumable says what Open would do, and changes nothing, not even a torn end.
func TestResumable(t *testing.T) {
	t.Parallel()
	o := optionsIn(t)
	if own, err := Resumable(o); own || err != nil {
		t.Errorf("of none: %t, %v", own, err)
	}
	j, _ := mustOpen(t, o)
	mustAdd(t, j, 0, 1, 2, 3)
	mustClose(t, j)
	torn := append(contentOf(t, o.Path), "torn"...)
	put(t, o.Path, torn)
	if own, err := Resumable(o); !own || err != nil {
		t.Errorf("of its own: %t, %v", own, err)
	}
	other := o
	other.Identity[0]++
	own, err := Resumable(other)
	wantState(t, OtherRun, err)
	wantSame(t, "of another", false, own)
	old := o
	old.MaxAge, old.now = time.Hour, at(noon.Add(2*time.Hour))
	own, err = Resumable(old)
	wantState(t, TooOld, err)
	wantSame(t, "of one too old", false, own)
	if !bytes.Equal(torn, contentOf(t, o.Path)) {
		t.Error("the file has changed")
	}
	put(t, o.Path, []byte("mine\n"))
	_, err = Resumable(o)
	wantState(t, foreign, err)
}

// Journals have labels of their own, which need no secret.
func TestLabel(t *testing.T) {
	t.Parallel()
	labels := map[string]bool{}
	for range 3 {
		o := optionsIn(t)
		if label, err := Label(o); label != "" || err != nil {
			t.Errorf("of none: %q, %v", label, err)
		}
		j, _ := mustOpen(t, o)
		mustClose(t, j)
		o.Secret, o.Identity[0] = []byte("another"), o.Identity[0]+1
		label, err := Label(o)
		if err != nil || len(label) != 8 {
			t.Errorf("%q, %v", label, err)
		}
		labels[label] = true
	}
	wantSame(t, "labels", 3, len(labels))
}
