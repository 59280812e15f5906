package world;

/** What there is in the world. */
public enum Kind {
    TOWN,
    PERSON,
    ANIMAL,
    DISH,
    RIVER,
    FEAST
}
