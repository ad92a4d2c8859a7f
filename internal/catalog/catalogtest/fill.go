package catalogtest

import (
	"fmt"
	"reflect"
	"time"
)

// filled returns a T in which every field, also of what it points to, has a
// value of its own that is not zero.
func filled[T any]() T {
	var (
		v T
		f filler
	)
	f.fill(reflect.ValueOf(&v).Elem())
	return v
}

// filler counts the values that it has made.
type filler struct{ n int64 }

func (f *filler) fill(v reflect.Value) {
	f.n++
	if _, ok := reflect.TypeAssert[time.Time](v); ok {
		v.Set(reflect.ValueOf(noon.Add(time.Duration(f.n) * 1000000007)))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("значение <&> \"%d\"", f.n))
	case reflect.Int, reflect.Int64:
		v.SetInt(1<<53 + f.n) // more than a float64 can hold
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem())
	case reflect.Struct:
		for _, field := range v.Fields() {
			f.fill(field)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			f.fill(v.Index(i))
		}
	case reflect.Map:
		f.fillMap(v)
	default:
		panic("no way to fill " + v.Type().String())
	}
}

func (f *filler) fillMap(v reflect.Value) {
	v.Set(reflect.MakeMap(v.Type()))
	for range 2 {
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		f.fill(key)
		f.fill(value)
		v.SetMapIndex(key, value)
	}
}
