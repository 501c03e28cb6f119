/** The generated client names a type of the browser's fetch that @types/node 20 leaves out. */
type BodyInit = NonNullable<RequestInit['body']>;
