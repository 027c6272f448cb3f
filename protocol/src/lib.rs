//! The words of Cueline: protobuf messages, ids and their JSON mapping.
