package block

import "encoding/binary"

// texts is a column of texts: the different ones in order of appearance, and which of them each reading has.
type texts struct {
	words  []string
	column []int64
	index  map[string]int64
	last   string // the text added last, and its number
	at     int64
	size   int // bytes of all words
}

// add adds the text of one reading.
func (t *texts) add(word string) { t.column = append(t.column, t.number(word)) }

// number is that of a wort.
func (t *texts) number(word string) int64 {
	if word == t.last && len(t.words) > 0 {
		return t.at
	}
	at, known := t.index[word]
	if !known {
		at = int64(len(t.words))
		if t.index == nil {
			t.index = map[string]int64{}
		}
		t.index[word] = at
		t.words = append(t.words, word)
		t.size += len(word) + 2
	}
	t.last, t.at = word, at
	return at
}

func (t *texts) reset() {
	clear(t.words)
	clear(t.index)
	*t = texts{words: t.words[:0], column: t.column[:0], index: t.index}
}

// appendTo appends the words, and where there is more than one the column of their numbers.
func (t *texts) appendTo(dst []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(t.words)))
	for _, w := range t.words {
		dst = appendText(dst, w)
	}
	if len(t.words) > 1 {
		dst = appendColumn(dst, t.column)
	}
	return dst
}

// readTexts is a column of texts that was read. Where there is one word, there is no column.
type readTexts struct {
	words  []string
	column []int64
}

// texts reads a column of texts, none longer than so many bytes.
func (r *reader) texts(t *readTexts, n int, limit uint64) {
	words := r.uvarint()
	if words == 0 || words > uint64(n) || words > uint64(len(r.in)) {
		r.fail("%d words for %d readings; must be 1 or more, and not more than readings or bytes", words, n)
		return
	}
	t.words, t.column = t.words[:0], t.column[:0]
	for range words {
		t.words = append(t.words, r.text(limit))
	}
	if words == 1 || r.err != nil {
		return
	}
	t.column = sized(t.column, n)
	r.plain(t.column)
	for _, at := range t.column {
		if uint64(at) >= words {
			r.fail("word %d; must be 0 to %d", at, words-1)
			return
		}
	}
}

// set puts the text of one reading into its field, where it is not the same in all.
func (t *readTexts) set(field *string, i int) {
	if len(t.column) > 0 {
		*field = t.words[t.column[i]]
	}
}
