package org.halftune.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class StrictJsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[1]",
                "3",
                "null",
                "{\"a\":1,\"a\":2}",
                "{\"a\":1} x",
                "{\"a\":NaN}",
                "{'a':1}",
                "{\"a\":1,}"
            })
    void anythingButOneObjectIsRefused(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(InputError.class).hasMessageContaining("some.json");
    }

    @Test
    void lineOfAnErrorIsNamed() {
        assertThatThrownBy(() -> parse("{\n  \"a\": 1\n  \"b\": 2}"))
                .hasMessageContaining("some.json, line 3, column 3");
        assertThatThrownBy(() -> parse("{\"a\": 1, \"a\": 2}"))
                .hasMessageContaining("duplicate key")
                .hasMessageContaining("\"a\"");
    }

    @Test
    void secondValueIsNamedWithItsLine() {
        assertThatThrownBy(() -> parse("{\"a\": 1}\n{\"a\": 2}\n"))
                .hasMessageStartingWith("more than one JSON value (in some.json, line 2, column 1)")
                .hasMessageNotContaining("oken");
    }

    @Test
    void printsLikePython() {
        assertThat(StrictJson.print(parse("{\"a\":1,\"b\":{\"c\":[true,null]},\"d\":\"x\"}")))
                .isEqualTo("""
                        {
                          "a": 1,
                          "b": {
                            "c": [
                              true,
                              null
                            ]
                          },
                          "d": "x"
                        }
                        """);
    }

    @Test
    void missingFileIsNamed() {
        assertThatThrownBy(() -> StrictJson.read(Path.of("absent.json")))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("no such file (in absent.json)");
    }

    private static ObjectNode parse(String text) {
        return StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), "some.json");
    }
}
