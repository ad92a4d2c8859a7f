package crypt_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"filippo.io/age"

	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/crypt"
)

func TestRecipientsThatAreNoneAreRefusedWithoutBeingShown(t *testing.T) {
	t.Parallel()
	key, other := newPair(t), newPair(t)
	hybrid, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	many := make([]string, 1000)
	for i := range many {
		many[i] = key.recipient
	}
	for what, list := range map[string][]string{
		"secret key":        {key.identity},
		"slip":              {key.recipient[:30] + "b" + key.recipient[31:], key.recipient[:30] + "q" + key.recipient[31:]},
		"cut off":           {key.recipient[:40]},
		"empty":             {""},
		"ssh key":           {"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"},
		"plug-in":           {"age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t"},
		"two kinds":         {other.recipient, hybrid.Recipient().String()},
		"more than allowed": many,
	} {
		r, err := crypt.ParseRecipients(list)
		if !errors.Is(err, errs.ErrInvalid) || !r.Empty() || errs.Detail(err) == "" {
			t.Errorf("%s: %v, want ErrInvalid with a detail", what, err)
			continue
		}
		for _, k := range list {
			if k != "" && strings.Contains(err.Error(), k) {
				t.Errorf("%s: the error shows the key: %v", what, err)
			}
		}
	}
}

func TestNoRecipientsAreEmpty(t *testing.T) {
	t.Parallel()
	if r, err := crypt.ParseRecipients(nil); err != nil || !r.Empty() {
		t.Errorf("%v, empty %t", err, r.Empty())
	}
	if r, err := crypt.ParseRecipients([]string{newPair(t).recipient}); err != nil || r.Empty() {
		t.Errorf("%v, empty %t", err, r.Empty())
	}
}

func TestTextsWithoutIdentitiesAreRefusedWithoutBeingShown(t *testing.T) {
	t.Parallel()
	key := newPair(t)
	for what, text := range map[string]string{
		"empty": "", "comment": "# nothing", "public key": key.recipient, "slip": key.identity[:40] + "A" + key.identity[41:] + "B",
		"one good, one not": key.identity + "\n" + key.identity[:50], "two on a line": key.identity + " " + key.identity,
		"plug-in": "AGE-PLUGIN-YUBIKEY-1QQPQYQ7ZRTG94XGD3ZP2R", "not UTF-8": "\xff\xfe" + key.identity,
	} {
		_, err := crypt.ParseIdentities(text)
		if !errors.Is(err, crypt.ErrNoIdentities) || strings.Contains(err.Error(), key.identity[16:40]) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// TestIdentitiesDoNotShowThemselves prints them in all ways that a program has.
func TestIdentitiesDoNotShowThemselves(t *testing.T) {
	t.Parallel()
	key := newPair(t)
	ids, err := crypt.ParseIdentities(key.identity)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	holder := struct {
		Ids     crypt.Identities
		Pointer *crypt.Identities
	}{ids, &ids}
	fmt.Fprintf(&out, "%v %+v %#v %s %q %x %d\n", ids, ids, ids, ids, ids, ids, ids)
	fmt.Fprintf(&out, "%v %+v %#v %s\n", holder, holder, holder, &holder)
	slog.New(slog.NewJSONHandler(&out, nil)).InfoContext(t.Context(), "x", "ids", ids, "holder", holder, "any", []any{ids})
	if err := json.NewEncoder(&out).Encode(holder); err != nil {
		t.Fatal(err)
	}
	id, err := age.ParseX25519Identity(key.identity)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{key.identity, fmt.Sprintf("%v", id), "AGE-SECRET"} {
		if strings.Contains(strings.ToUpper(out.String()), strings.ToUpper(secret)) {
			t.Errorf("the key is shown:\n%s", out.String())
		}
	}
}
