#include "types.h"

#include <arrow/array/concatenate.h>
#include <arrow/compute/cast.h>
#include <arrow/extension_type.h>

namespace slipway {

using arrow::Array;
using arrow::DataType;
using arrow::Result;
using arrow::Status;
using arrow::Type;
using TypePtr = std::shared_ptr<DataType>;

namespace {

/// Types nest no deeper than this; files and callers can ask for anything.
constexpr int kMaxDepth = 16;

class TypeParser {
 public:
  explicit TypeParser(std::string_view text) : whole_(text), rest_(text) {}

  Result<TypePtr> Parse() {
    ARROW_ASSIGN_OR_RAISE(auto type, One(0));
    if (!rest_.empty()) return Bad();
    return type;
  }

 private:
  Result<TypePtr> One(int depth) {
    if (depth > kMaxDepth) return Bad();
    if (Take("int32")) return arrow::int32();
    if (Take("int64")) return arrow::int64();
    if (Take("float")) return arrow::float32();
    if (Take("double")) return arrow::float64();
    if (Take("string")) return arrow::utf8();
    if (Take("bool")) return arrow::boolean();
    if (Take("list<")) {
      ARROW_ASSIGN_OR_RAISE(auto element, One(depth + 1));
      return Take(">") ? Result<TypePtr>(arrow::list(element)) : Bad();
    }
    if (Take("map<")) {
      ARROW_ASSIGN_OR_RAISE(auto key, One(depth + 1));
      if (!Take(", ")) return Bad();
      ARROW_ASSIGN_OR_RAISE(auto value, One(depth + 1));
      return Take(">") ? Result<TypePtr>(arrow::map(key, value)) : Bad();
    }
    return Bad();
  }

  bool Take(std::string_view token) {
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  Result<TypePtr> Bad() const { return Status::TypeError("'", whole_, "' is not a column type"); }

  std::string_view whole_, rest_;
};

TypePtr Readable(const TypePtr &type, int depth) {
  if (depth > kMaxDepth) return nullptr;
  switch (type->id()) {
    case Type::INT8:
    case Type::INT16:
    case Type::INT32:
    case Type::UINT8:
    case Type::UINT16:
      return arrow::int32();
    case Type::INT64:
    case Type::UINT32:
    case Type::UINT64:
    case Type::DATE32:
    case Type::DATE64:
    case Type::TIME32:
    case Type::TIME64:
    case Type::TIMESTAMP:
    case Type::DURATION:
      return arrow::int64();
    case Type::HALF_FLOAT:
    case Type::FLOAT:
      return arrow::float32();
    case Type::DOUBLE:
    case Type::DECIMAL32:
    case Type::DECIMAL64:
    case Type::DECIMAL128:
    case Type::DECIMAL256:
      return arrow::float64();
    case Type::BOOL:
      return arrow::boolean();
    case Type::NA:
    case Type::STRING:
    case Type::LARGE_STRING:
    case Type::STRING_VIEW:
    case Type::BINARY:
    case Type::LARGE_BINARY:
    case Type::BINARY_VIEW:
    case Type::FIXED_SIZE_BINARY:
      return arrow::utf8();
    case Type::DICTIONARY:
      return Readable(static_cast<const arrow::DictionaryType &>(*type).value_type(), depth + 1);
    case Type::EXTENSION:
      return Readable(static_cast<const arrow::ExtensionType &>(*type).storage_type(), depth + 1);
    case Type::LIST:
    case Type::LARGE_LIST:
    case Type::FIXED_SIZE_LIST: {
      auto element = Readable(type->field(0)->type(), depth + 1);
      return element == nullptr ? nullptr : arrow::list(element);
    }
    case Type::MAP: {
      const auto &map = static_cast<const arrow::MapType &>(*type);
      auto key = Readable(map.key_type(), depth + 1);
      auto value = Readable(map.item_type(), depth + 1);
      return key == nullptr || value == nullptr ? nullptr : arrow::map(key, value);
    }
    default:
      return nullptr;
  }
}

Result<std::shared_ptr<Array>> Cast(const Array &array, const TypePtr &type) {
  return arrow::compute::Cast(array, type, arrow::compute::CastOptions::Safe());
}

/// The same integers under an integer type of the same width.
Result<std::shared_ptr<Array>> AsInteger(const Array &array, const TypePtr &integer) { return array.View(integer); }

Result<std::shared_ptr<Array>> ConvertList(const Array &array, const TypePtr &target) {
  const TypePtr &element = array.type()->field(0)->type();
  std::shared_ptr<arrow::ArrayData> data;
  if (array.type_id() == Type::LIST) {
    data = array.data()->Copy();
  } else {
    ARROW_ASSIGN_OR_RAISE(auto list, Cast(array, arrow::list(element)));
    data = list->data()->Copy();
  }
  ARROW_ASSIGN_OR_RAISE(auto child, Convert(arrow::MakeArray(data->child_data[0]), target->field(0)->type()));
  data->child_data[0] = child->data();
  data->type = target;
  return arrow::MakeArray(data);
}

Result<std::shared_ptr<Array>> ConvertMap(const Array &array, const TypePtr &target) {
  const auto &map = static_cast<const arrow::MapType &>(*target);
  auto data = array.data()->Copy();
  auto entries = data->child_data[0]->Copy();
  if (entries->child_data.size() != 2) return Status::Invalid("a map whose entries are not pairs");
  ARROW_ASSIGN_OR_RAISE(auto keys, Convert(arrow::MakeArray(entries->child_data[0]), map.key_type()));
  ARROW_ASSIGN_OR_RAISE(auto items, Convert(arrow::MakeArray(entries->child_data[1]), map.item_type()));
  entries->child_data = {keys->data(), items->data()};
  entries->type = map.value_type();
  data->child_data[0] = entries;
  data->type = target;
  return arrow::MakeArray(data);
}

/// Whether `data` has no offset and nothing beyond `length` elements, all the way down.
bool IsCompact(const arrow::ArrayData &data, int64_t length) {
  if (data.offset != 0 || data.length != length) return false;
  switch (data.type->id()) {
    case Type::LIST:
    case Type::MAP: {
      if (data.child_data.size() != 1) return false;
      if (length == 0) return IsCompact(*data.child_data[0], 0);
      const auto *offsets = data.GetValues<int32_t>(1);
      return offsets != nullptr && offsets[0] == 0 && IsCompact(*data.child_data[0], offsets[length]);
    }
    case Type::STRUCT:
      for (const auto &child : data.child_data) {
        if (!IsCompact(*child, length)) return false;
      }
      return true;
    case Type::STRING:
      return length == 0 || (data.GetValues<int32_t>(1) != nullptr && data.GetValues<int32_t>(1)[0] == 0);
    default:
      return true;
  }
}

}  // namespace

Result<TypePtr> ParseType(std::string_view text) { return TypeParser(text).Parse(); }

std::string TypeText(const DataType &type) {
  switch (type.id()) {
    case Type::LIST:
      return "list<" + TypeText(*type.field(0)->type()) + ">";
    case Type::MAP: {
      const auto &map = static_cast<const arrow::MapType &>(type);
      return "map<" + TypeText(*map.key_type()) + ", " + TypeText(*map.item_type()) + ">";
    }
    default:
      return type.ToString();
  }
}

TypePtr ReadableType(const TypePtr &type) { return Readable(type, 0); }

Result<std::shared_ptr<Array>> Convert(std::shared_ptr<Array> array, const TypePtr &target) {
  if (array->type_id() == Type::EXTENSION) {
    return Convert(static_cast<const arrow::ExtensionArray &>(*array).storage(), target);
  }
  if (array->type()->Equals(*target)) return array;
  switch (array->type_id()) {
    case Type::DICTIONARY: {
      const auto &type = static_cast<const arrow::DictionaryType &>(*array->type());
      ARROW_ASSIGN_OR_RAISE(auto decoded, Cast(*array, type.value_type()));
      return Convert(decoded, target);
    }
    case Type::DATE32:
    case Type::TIME32: {
      ARROW_ASSIGN_OR_RAISE(auto integers, AsInteger(*array, arrow::int32()));
      return Cast(*integers, target);
    }
    case Type::DATE64:
    case Type::TIME64:
    case Type::TIMESTAMP:
    case Type::DURATION: {
      ARROW_ASSIGN_OR_RAISE(auto integers, AsInteger(*array, arrow::int64()));
      return Cast(*integers, target);
    }
    case Type::LIST:
    case Type::LARGE_LIST:
    case Type::FIXED_SIZE_LIST:
      if (target->id() != Type::LIST) break;
      return ConvertList(*array, target);
    case Type::MAP:
      if (target->id() != Type::MAP) break;
      return ConvertMap(*array, target);
    default:
      return Cast(*array, target);
  }
  return Status::TypeError("cannot read ", array->type()->ToString(), " as ", TypeText(*target));
}

Result<std::shared_ptr<Array>> Compact(const arrow::ArrayVector &chunks) {
  if (chunks.size() == 1 && IsCompact(*chunks[0]->data(), chunks[0]->length())) return chunks[0];
  return arrow::Concatenate(chunks);
}

}  // namespace slipway
