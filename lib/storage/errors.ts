/**
 * A database cannot be read or written; the message tells the user why, and what
 * to do. The subclasses are the cases that a caller may want to tell apart.
 */
export class StorageError extends Error {
  /** Says why, and what to do. */
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = new.target.name;
  }
}

/** The file was written by a newer version of the program. */
export class NewerVersionError extends StorageError {
}

/** The file is damaged, or another program wrote it. */
export class DamagedError extends StorageError {
}

/** The file, its folder or its disk cannot be written. */
export class ReadOnlyError extends StorageError {
}

/** The disk is full, or the user's quota of it. */
export class DiskFullError extends StorageError {
}

/** Another process has the file open. */
export class LockedError extends StorageError {
}
