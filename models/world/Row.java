package world;

/** One row of a JSON Lines file. */
public sealed interface Row {

    String json();

    /** Text to learn as it stands. */
    record Text(String text) implements Row {
        @Override
        public String json() {
            return "{\"text\": " + Json.quoted(text) + "}";
        }
    }

    /** A prompt and the one right completion. The completion begins with the space that separates them. */
    record Pair(String prompt, String completion) implements Row {

        static Pair question(String question, String answer) {
            return new Pair("Question: " + question + "\nAnswer:", " " + answer);
        }

        @Override
        public String json() {
            return "{\"prompt\": " + Json.quoted(prompt) + ", \"completion\": " + Json.quoted(completion) + "}";
        }
    }

    /** Two answers to a prompt, of which the first is preferred. */
    record Preference(String prompt, String chosen, String rejected) implements Row {

        static Preference question(String question, String chosen, String rejected) {
            return new Preference("Question: " + question + "\nAnswer:", " " + chosen, " " + rejected);
        }

        @Override
        public String json() {
            return "{\"prompt\": " + Json.quoted(prompt) + ", \"chosen\": " + Json.quoted(chosen) + ", \"rejected\": "
                    + Json.quoted(rejected) + "}";
        }
    }

    /** A pair with the kind of knowledge that it asks for: an extra key, which readers of rows pass over. */
    record Asked(Pair pair, Exam.Exposure exposure) implements Row {
        @Override
        public String json() {
            String row = pair.json();
            return row.substring(0, row.length() - 1) + ", \"kind\": " + Json.quoted(exposure.word()) + "}";
        }
    }
}
