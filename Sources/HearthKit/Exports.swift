// What a plugin needs beside HearthKit itself: the C types in its entry, JSON values in its schemas.
@_exported public import CHearth
@_exported public import HearthJSON
