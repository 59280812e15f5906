package org.halftune.source;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PushbackReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.halftune.files.FileProblem;
import org.halftune.problem.InputError;

/** A UTF-8 text file, compressed or not, with or without a byte order mark. */
record TextFile(Path path, Compression compression) {

    /**
     * Opens the text after a byte order mark. Reading bytes that are not UTF-8 throws {@link CharacterCodingException}.
     */
    PushbackReader open() throws IOException {
        var bytes = compression.open(path);
        try {
            var text = new PushbackReader(new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder()));
            int first = text.read();
            if (first >= 0 && first != '\uFEFF') text.unread(first);
            return text;
        } catch (IOException | RuntimeException | Error failure) {
            bytes.close();
            throw failure;
        }
    }

    /** The error for a failed read. */
    InputError unreadable(IOException e) {
        if (e instanceof CharacterCodingException) {
            return new InputError("the file is not UTF-8", path + ", line " + firstMalformedLine(), "save it as UTF-8");
        }
        if (compression == Compression.NONE) return FileProblem.reading(path, e);
        String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return new InputError(
                "the " + compression.label() + " data is damaged or truncated: " + reason,
                path.toString(),
                "copy or download the file again");
    }

    InputError empty() {
        return new InputError("the file is empty", path.toString(), "use a file with rows");
    }

    /** Reads the file again to find the line: decoders work in blocks and do not tell. */
    private long firstMalformedLine() {
        long line = 0;
        try (var bytes =
                new BufferedReader(new InputStreamReader(compression.open(path), StandardCharsets.ISO_8859_1))) {
            for (String content = bytes.readLine(); content != null; content = bytes.readLine()) {
                line++;
                StandardCharsets.UTF_8.newDecoder().decode(StandardCharsets.ISO_8859_1.encode(content));
            }
        } catch (IOException malformed) {
            return line;
        }
        return line;
    }
}
