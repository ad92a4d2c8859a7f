// Package repository keeps the bytes of backups in a blob store. It owns the
// layout of keys and the order of writes and deletes; docs/format.md specifies
// both, packages archive, manifest and pages the objects.
//
//   - archive: an immutable object with the content of many entries
//   - manifest: one backup's entries; it is written last, so it is the commit
//   - page list: the hashes of a large database's pages, so that the next backup
//     stores only those that changed; it is kept and removed as archives are
//   - repository: archives and manifests under one prefix, which is the store's business
//   - scratch: local files that live no longer than the work that needs them
//
// A backup exists exactly when its manifest does. Archives are whole in the
// store before the manifest that names them is written, and are deleted only
// after it, if no other manifest names them.
//
// It knows neither sources nor the catalog, and it holds no lock: who deletes
// must see to it that nobody writes meanwhile.
package repository
