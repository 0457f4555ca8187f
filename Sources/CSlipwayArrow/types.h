#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <arrow/array.h>
#include <arrow/result.h>
#include <arrow/type.h>

namespace slipway {

/// The Arrow type of a text like `list<int64>`; see slipway_arrow.h for the grammar.
arrow::Result<std::shared_ptr<arrow::DataType>> ParseType(std::string_view text);

/// The text of a type ParseType makes.
std::string TypeText(const arrow::DataType &type);

/// What a column of `type` is read as, nullptr when it cannot be read. A column of nulls is read as strings.
std::shared_ptr<arrow::DataType> ReadableType(const std::shared_ptr<arrow::DataType> &type);

/// `array` with the element types of `target`, which is `ReadableType(array->type())` or wider.
arrow::Result<std::shared_ptr<arrow::Array>> Convert(
    std::shared_ptr<arrow::Array> array, const std::shared_ptr<arrow::DataType> &target);

/// The parts of `chunks` as one array without offsets anywhere.
arrow::Result<std::shared_ptr<arrow::Array>> Compact(const arrow::ArrayVector &chunks);

}  // namespace slipway
