package text_test

import "flag"

var update = flag.Bool("update", false, "rewrite the corpus and its golden readings")
