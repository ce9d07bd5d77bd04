// Command licences writes the copyright file and the SPDX document of a package: which modules are in a program, and the whole text of
// each one's licence. It reads the program itself and the module cache, and fails where a module has no licence.
package main

import (
	"debug/buildinfo"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/module"
)

// part is a module in the program, or something that is embedded.
type part struct {
	name, version string
	texts         []string // of its licence and notices
}

var (
	program   = flag.String("program", "", "the program")
	name      = flag.String("name", "", "name of the package")
	version   = flag.String("version", "", "version of the package")
	created   = flag.Int64("epoch", 0, "time of the documents, seconds since 1970")
	copyright = flag.String("copyright", "", "file to write")
	sbom      = flag.String("sbom", "", "file to write")
	own       = flag.String("own", "../LICENSE", "our licence")
	embedded  = flag.String("embedded", "", "NAME=VERSION=LICENCE of what is embedded, separated by commas")
)

func main() {
	flag.Parse()
	if err := write(); err != nil {
		fmt.Fprintln(os.Stderr, "licences:", err)
		os.Exit(1)
	}
}

func write() error {
	parts, err := partsOf(*program)
	if err != nil {
		return err
	}
	text, err := copyrightText(parts)
	if err != nil {
		return err
	}
	if err := os.WriteFile(*copyright, []byte(text), 0o644); err != nil {
		return err
	}
	document, err := json.MarshalIndent(spdx(parts), "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(*sbom, append(document, '\n'), 0o644)
}

// partsOf is everything in a program that is not ours: Go's library, the modules, and what is embedded.
func partsOf(path string) ([]part, error) {
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return nil, err
	}
	cache, root := goEnv("GOMODCACHE"), goEnv("GOROOT")
	parts := []part{{"Go's standard library", info.GoVersion, nil}}
	if parts[0].texts, err = licencesIn(root); err != nil {
		return nil, err
	}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		escaped, err := module.EscapePath(m.Path)
		if err != nil {
			return nil, err
		}
		p := part{name: m.Path, version: m.Version}
		if p.texts, err = licencesIn(filepath.Join(cache, escaped+"@"+m.Version)); err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
	for _, e := range strings.Split(*embedded, ",") {
		field := strings.SplitN(e, "=", 3)
		if len(field) < 3 {
			continue
		}
		text, err := os.ReadFile(field[2])
		if err != nil {
			return nil, err
		}
		parts = append(parts, part{field[0], field[1], []string{string(text)}})
	}
	return parts, nil
}

func goEnv(key string) string {
	out, err := exec.Command("go", "env", key).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

var licenceFile = regexp.MustCompile(`(?i)^(licen[sc]e|copying|notice|epl-v|edl-v|patents)[^/]*$`)

// licencesIn are the texts of the licences and notices of a module.
func licencesIn(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var texts []string
	for _, e := range entries {
		if e.IsDir() || !licenceFile.MatchString(e.Name()) || strings.HasSuffix(e.Name(), ".go") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		texts = append(texts, strings.TrimSpace(string(text)))
	}
	if len(texts) == 0 {
		return nil, fmt.Errorf("%s has no licence; must have one to be distributed", dir)
	}
	return texts, nil
}

// copyrightText names every part and gives each licence once.
func copyrightText(parts []part) (string, error) {
	ours, err := os.ReadFile(*own)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n\nIt is licensed under the Apache License, Version 2.0, whose text follows. In the program are parts of others; their\nlicences follow after it, each with the parts it is of.\n\n%s\n", *name, *version, strings.TrimSpace(string(ours)))
	users := map[string][]string{}
	var order []string
	for _, p := range parts {
		for _, text := range p.texts {
			if users[text] == nil {
				order = append(order, text)
			}
			users[text] = append(users[text], p.name+" "+p.version)
		}
	}
	for _, text := range order {
		fmt.Fprintf(&b, "\n%s\n%s\n\n%s\n", strings.Repeat("=", 79), strings.Join(users[text], "\n"), text)
	}
	return b.String(), nil
}

type object = map[string]any

var notInID = regexp.MustCompile(`[^A-Za-z0-9.-]`)

// spdx is the document in SPDX 2.3.
func spdx(parts []part) object {
	packages := []object{{"SPDXID": "SPDXRef-Package", "name": *name, "versionInfo": *version, "downloadLocation": "NOASSERTION", "licenseConcluded": "Apache-2.0", "licenseDeclared": "Apache-2.0", "copyrightText": "NOASSERTION", "filesAnalyzed": false}}
	relations := []object{{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-Package"}}
	for _, p := range parts {
		id := "SPDXRef-" + notInID.ReplaceAllString(p.name+"-"+p.version, "-")
		one := object{"SPDXID": id, "name": p.name, "versionInfo": p.version, "downloadLocation": "NOASSERTION", "licenseConcluded": kindOf(p.texts), "licenseDeclared": kindOf(p.texts), "copyrightText": "NOASSERTION", "filesAnalyzed": false}
		if strings.Contains(p.name, "/") {
			one["externalRefs"] = []object{{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:golang/" + p.name + "@" + p.version}}
		}
		packages = append(packages, one)
		relations = append(relations, object{"spdxElementId": "SPDXRef-Package", "relationshipType": "CONTAINS", "relatedSpdxElement": id})
	}
	return object{
		"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": *name + "-" + *version,
		"documentNamespace": "https://spdx.org/spdxdocs/" + *name + "-" + *version,
		"creationInfo":      object{"created": time.Unix(*created, 0).UTC().Format(time.RFC3339), "creators": []string{"Tool: pychron-edge tools/licences"}},
		"packages":          packages, "relationships": relations,
	}
}

// kindOf is the SPDX name of a licence by its text; NOASSERTION where it cannot be told.
func kindOf(texts []string) string {
	all := strings.Join(strings.Fields(strings.Join(texts, " ")), " ")
	kinds := []struct{ mark, kind string }{
		{"Eclipse Public License - v 2.0", "EPL-2.0"}, {"Apache License Version 2.0", "Apache-2.0"}, {"Mozilla Public License", "MPL-2.0"},
		{"Neither the name of", "BSD-3-Clause"}, {"Redistributions of source code must retain", "BSD-2-Clause"},
		{"Permission is hereby granted, free of charge", "MIT"}, {"Permission to use, copy, modify, and/or distribute", "ISC"},
	}
	i := slices.IndexFunc(kinds, func(k struct{ mark, kind string }) bool { return strings.Contains(all, k.mark) })
	if i < 0 {
		return "NOASSERTION"
	}
	return kinds[i].kind
}
