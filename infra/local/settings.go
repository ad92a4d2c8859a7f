package main

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strconv"
	"time"

	"github.com/joho/godotenv"

	"github.com/vertex-ar/backup/infra/local/issuer"
	"github.com/vertex-ar/backup/infra/local/stack"
	"github.com/vertex-ar/backup/internal/app"
	"github.com/vertex-ar/backup/internal/errs"
)

// settings are what the user may choose.
type settings struct {
	root   string // of the repository
	getenv app.Getenv
	ports  stack.Ports
	scale  float64
	signIn issuer.SignIns
}

// readSettings reads the environment and, for what is not set there, .env.
func readSettings(root string, environment app.Getenv) (settings, error) {
	file, err := godotenv.Read(filepath.Join(root, ".env"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return settings{}, errs.New(errs.ErrInvalid, "The file .env cannot be read: %v", err).Because(err)
	}
	s := settings{root: root, scale: 1, getenv: func(name string) string {
		if v := environment(name); v != "" {
			return v
		}
		return file[name]
	}}
	var problems []error
	port := func(name string, standard int) int {
		v, err := s.number(name, float64(standard))
		if err != nil || v < 1 || v > 65535 || v != float64(int(v)) {
			problems = append(problems, errs.New(errs.ErrInvalid, "%s must be a port, a number from 1 to 65535.", name))
		}
		return int(v)
	}
	s.ports = stack.Ports{HTTP: port("PORT", 8080), S3: port("S3_PORT", 7070), DynamoDB: port("DYNAMODB_PORT", 8000)}
	if s.scale, err = s.number("DEMO_SCALE", 1); err != nil || s.scale <= 0 || s.scale > 100 {
		problems = append(problems, errs.New(errs.ErrInvalid, "DEMO_SCALE must be a number above 0, up to 100; 1 is about 300 MB."))
	}
	duration := func(name string) time.Duration {
		d, err := s.duration(name)
		problems = append(problems, err)
		return d
	}
	s.signIn = issuer.SignIns{Life: duration("SIGN_IN_LIFE"), Age: duration("SIGN_IN_AGE")}
	return s, errors.Join(problems...)
}

// duration reads a length of time; not set is 0.
func (s settings) duration(name string) (time.Duration, error) {
	v := s.getenv(name)
	if v == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(v)
	if err != nil || d < 0 {
		return 0, errs.New(errs.ErrInvalid, "%s must be a length of time such as 90s or 8h.", name)
	}
	return d, nil
}

func (s settings) number(name string, standard float64) (float64, error) {
	v := s.getenv(name)
	if v == "" {
		return standard, nil
	}
	return strconv.ParseFloat(v, 64)
}

// local returns a path below .local, where all that the program writes lies.
func (s settings) local(name string) string { return filepath.Join(s.root, ".local", name) }

// template is the path of the SAM template.
func (s settings) template() string { return filepath.Join(s.root, "template.yaml") }
