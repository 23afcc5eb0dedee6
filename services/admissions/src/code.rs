//! Problem codes of admissions, in addition to those of [`web::Code`].

web::codes! {
    DEVICE_ONLY = CONFLICT, "device_only", "The seller allows codes of devices only";
    HELD_BY_DEVICE = CONFLICT, "held_by_device", "A device shows the code";
    NOT_VALID = CONFLICT, "not_valid", "The admission is not valid any more";
    TOO_MANY_DEVICES = CONFLICT, "too_many_devices", "The admission was bound to too many devices";
}
