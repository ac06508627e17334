// Reads an exported ledger with Go's own tlog and note packages (golang.org/x/mod/sumdb): the note's Ed25519 signature, the
// tiles, the root, inclusion of every entry and consistency of every prefix that was asked for.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

var dir = os.Args[1]

func check(err error, what string) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", what, err)
		os.Exit(1)
	}
}

// tlog's own path names the tile height first ("tile/8/0/000"); tlog-tiles leaves it out.
func tileFile(t tlog.Tile) string {
	return filepath.Join(dir, strings.Replace(t.Path(), "tile/8/", "tile/", 1))
}

type reader struct{}

func (reader) Height() int { return 8 }
func (reader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, t := range tiles {
		data, err := os.ReadFile(tileFile(t))
		if err != nil {
			full := t
			full.W = 256
			data, err = os.ReadFile(tileFile(full))
			if err != nil {
				return nil, err
			}
			data = data[:t.W*tlog.HashSize]
		}
		out = append(out, data)
	}
	return out, nil
}
func (reader) SaveTiles([]tlog.Tile, [][]byte) {}

func entries(size int64) [][]byte {
	var out [][]byte
	for int64(len(out)) < size {
		width := int(size - int64(len(out)))
		if width > 256 {
			width = 256
		}
		t := tlog.Tile{H: 8, L: 0, N: int64(len(out)) / 256, W: width}
		data, err := os.ReadFile(strings.Replace(tileFile(t), "tile/0/", "tile/entries/", 1))
		check(err, "entry bundle")
		for len(data) > 0 {
			n := int(binary.BigEndian.Uint16(data))
			out = append(out, data[2:2+n])
			data = data[2+n:]
		}
	}
	return out
}

func main() {
	text, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	check(err, "checkpoint")
	keys, err := os.ReadFile(filepath.Join(dir, "keys"))
	check(err, "keys")
	verifier, err := note.NewVerifier(strings.SplitN(string(keys), "\n", 2)[0])
	check(err, "verifier key")
	opened, err := note.Open(text, note.VerifierList(verifier))
	check(err, "note")
	if len(opened.Sigs) != 1 || len(opened.UnverifiedSigs) != 1 {
		check(fmt.Errorf("%d verified, %d other", len(opened.Sigs), len(opened.UnverifiedSigs)), "signatures")
	}
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err, "size")
	root, err := base64.StdEncoding.DecodeString(lines[2])
	check(err, "root")
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	hashes := tlog.TileHashReader(tree, reader{})
	computed, err := tlog.TreeHash(size, hashes)
	check(err, "tree hash")
	if !bytes.Equal(computed[:], root) {
		check(fmt.Errorf("roots differ"), "tree hash")
	}
	for i, entry := range entries(size) {
		proof, err := tlog.ProveRecord(size, int64(i), hashes)
		check(err, "prove record")
		check(tlog.CheckRecord(proof, size, tree.Hash, int64(i), tlog.RecordHash(entry)), "check record")
	}
	for n := int64(1); n < size; n += 1 + size/50 {
		old, err := tlog.TreeHash(n, hashes)
		check(err, "old tree hash")
		proof, err := tlog.ProveTree(size, n, hashes)
		check(err, "prove tree")
		check(tlog.CheckTree(proof, size, tree.Hash, n, old), "check tree")
	}
	// Proofs that the ledger made itself: PROOFS has lines "index hex,hex,…" of SHA-256 paths under this checkpoint.
	for _, line := range strings.Split(strings.TrimSpace(readAll("proofs")), "\n") {
		index, path, _ := strings.Cut(line, " ")
		i, err := strconv.ParseInt(index, 10, 64)
		check(err, "proof index")
		var proof tlog.RecordProof
		for _, h := range strings.Split(path, ",") {
			var hash tlog.Hash
			_, err := fmt.Sscanf(h, "%x", (*hexHash)(&hash))
			check(err, "proof hash")
			proof = append(proof, hash)
		}
		check(tlog.CheckRecord(proof, size, tree.Hash, i, tlog.RecordHash(entries(size)[i])), "check our record proof")
	}
	fmt.Printf("%d entries accepted by sumdb/tlog, checkpoint by sumdb/note\n", size)
}

func readAll(name string) string {
	data, err := os.ReadFile(filepath.Join(dir, name))
	check(err, name)
	return string(data)
}

type hexHash tlog.Hash

func (h *hexHash) Scan(state fmt.ScanState, _ rune) error {
	token, err := state.Token(true, nil)
	if err != nil {
		return err
	}
	if len(token) != 64 {
		return fmt.Errorf("length %d", len(token))
	}
	for i := 0; i < 32; i++ {
		v, err := strconv.ParseUint(string(token[2*i:2*i+2]), 16, 8)
		if err != nil {
			return err
		}
		h[i] = byte(v)
	}
	return nil
}
